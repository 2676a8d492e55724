package tiers

import (
	"bytes"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

// replica has a world take its server for one replica of several, whose leader
// has so much. While lags is set, the replica has nothing yet of what is asked for.
// It gives how often the leader was asked for a message.
func (w *world) replica(newest uint64) (lags *atomic.Bool, asked func() int) {
	w.t.Helper()
	w.short.lead.replicated.Store(true)
	w.short.lead.seq.Store(newest)
	w.short.lead.cluster.Store(&jetstream.ClusterInfo{Leader: w.nc.ConnectedServerName()})
	lags = new(atomic.Bool)
	w.divert(w.short, func(m *nats.Msg, forward func([]byte)) {
		body := m.Data
		if lags.Load() {
			body = bytes.Replace(body, []byte(".acme."), []byte(".none."), 1)
		}
		forward(body)
	})
	return lags, natstest.Count(w.t, w.nc, "$JS.API.STREAM.MSG.GET."+w.short.stream.Name)
}

// A replica that lags says of an owner whose segments it has not got yet that
// there is nothing, and not up to where that is so. It is not believed.
func TestAReplicaThatHasNothingYetIsNotBelieved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	last := w.store(session("s"), "a", "1")
	lags, asked := w.replica(last)
	lags.Store(true)
	if v, got := w.see(session("nobody"), page.Freshness{}); got != "" || v.Stale || asked() != 1 {
		t.Errorf("of an owner that has nothing: %q, stale %v, when the leader was asked %d times", got, v.Stale, asked())
	}
	if v, got := w.see(session("s"), page.Freshness{}); got != "a=1" || v.Stale {
		t.Errorf("of a replica that has nothing yet: %q, stale %v", got, v.Stale)
	}
}

// One that has just told that it is as far as the leader was is believed, which
// costs the leader nothing.
func TestAReplicaThatIsAsFarAsItsLeaderIsBelieved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	last := w.store(session("s"), "a", "1")
	_, asked := w.replica(last)
	w.see(session("s"), page.Freshness{}) // which tells how far the replica is
	for range 5 {
		if v, got := w.see(session("nobody"), page.Freshness{}); got != "" || v.Stale {
			t.Errorf("%q, stale %v", got, v.Stale)
		}
	}
	if n := asked(); n != 0 {
		t.Errorf("the leader was asked %d times", n)
	}
	w.short.lead.seq.Store(last + 1) // has more by now
	if w.see(session("nobody"), page.Freshness{}); asked() != 1 {
		t.Errorf("the leader was asked %d times, when it had more than the replica; want once", asked())
	}
}

// After a reconnection another replica may answer than the one that has told how
// far it is.
func TestWhatAReplicaToldIsNotBelievedOfTheNext(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("t"), "a", "1")
	last := w.store(session("s"), "a", "1")
	lags, asked := w.replica(last)
	w.see(session("s"), page.Freshness{}) // which tells how far the replica is
	w.reconnect()
	lags.Store(true)
	if v, got := w.see(session("t"), page.Freshness{}); got != "a=1" || v.Stale {
		t.Errorf("of a replica that has nothing yet: %q, stale %v", got, v.Stale)
	}
	lags.Store(false)
	w.short.lead.connected(w.nc.Stats().Reconnects) // as the leader tells on this connection
	w.see(session("t"), page.Freshness{})           // and this replica is as far
	before := asked()
	if w.see(session("nobody"), page.Freshness{}); asked() != before {
		t.Error("the leader is asked, though this replica has told that it is as far")
	}
}

// What was sent before the connection was lost may be answered by the next replica.
func TestWhatWasAskedOnAnotherConnectionIsNotBelieved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	last := w.store(session("s"), "a", "1")
	w.replica(last)
	w.short.lead.near.Store(last)
	sent, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	w.divert(w.short, func(m *nats.Msg, forward func([]byte)) {
		once.Do(func() { close(sent) })
		<-release
		forward(bytes.Replace(m.Data, []byte(".acme."), []byte(".none."), 1)) // of one that has nothing yet
	})
	seen := make(chan string, 1)
	go func() { seen <- texts(w.view(session("s"), page.Freshness{}).Page) }()
	<-sent
	w.reconnect()
	close(release)
	if got := <-seen; got != "a=1" {
		t.Errorf("of a replica that has nothing yet: %q", got)
	}
}

// Of replicas that answer in turn the one that tells how far it is may be another
// than the one that has nothing yet.
func TestReplicasThatAnswerInTurnAreNotBelieved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	last := w.store(session("s"), "a", "1")
	lags, _ := w.replica(last)
	w.short.lead.cluster.Store(&jetstream.ClusterInfo{Leader: "another", Replicas: []*jetstream.PeerInfo{{Name: "a third"}}})
	w.short.lead.near.Store(last) // as one of them has told
	lags.Store(true)              // and another has nothing
	if v, got := w.see(session("s"), page.Freshness{}); got != "a=1" || v.Stale {
		t.Errorf("of a replica that has nothing yet: %q, stale %v", got, v.Stale)
	}
}

// Which replica answers follows from the server that the worker is connected to,
// and what one has told says nothing of another.
func TestAWorkerKnowsWhetherOneReplicaAnswersIt(t *testing.T) {
	t.Parallel()
	c, clock := natstest.StartCluster(t, 4), newClock() // of which three have a replica
	replicas := 0
	for i := range 4 {
		w := onMember(t, c, i, clock)
		info, err := w.short.info(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		name, has := c.Server(i).Inner().Name(), info.Cluster.Leader
		for _, r := range info.Cluster.Replicas {
			has += " " + r.Name
		}
		own := strings.Contains(has, name)
		if got := w.short.oneAnswers(); got != own {
			t.Errorf("%s has a replica of its own: %t; those that have are %s", name, got, has)
		}
		if own {
			replicas++
		}
		w.short.lead.near.Store(1)
		w.reconnect()
		if _, err := w.short.refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if near := w.short.lead.nearOf(w.nc.Stats().Reconnects); near != 0 {
			t.Errorf("%s is taken to be as far as %d, which the one before told", name, near)
		}
	}
	if replicas != 3 {
		t.Errorf("%d servers have replicas of their own", replicas)
	}
}
