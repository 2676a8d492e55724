package tiers

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

// Two servers of three come back without their newest messages, and others have
// the sequences of those before a worker hears of it. The stream tells no less
// than before; but it has been given a leader since.
func TestPagesAreLoadedAnewWhenAMajorityLostItsTail(t *testing.T) {
	t.Parallel()
	c, clock := natstest.StartCluster(t, 3), newClock()
	other := onMember(t, c, 1, clock)
	seq := other.store(session("s"), "a", "kept")
	other.catchesUp(session("s"), seq, "a=kept")
	onMember(t, c, 0, clock).catchesUp(session("s"), seq, "a=kept")
	lose := keepMajority(t, c)
	way := natstest.NewProxy(t, c.Server(0).Addr().String())
	nc, err := nats.Connect(way.URL(), nats.IgnoreDiscoveredServers(), nats.MaxReconnects(-1), nats.ReconnectWait(20*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	w := onConn(t, c.Server(0), nc, clock, replicated)
	w.background()
	w.stored(session("s"), "b", "lost")
	last := w.stored(session("other"), "x", "lost")
	w.catchesUp(session("s"), last, "a=kept b=lost")

	way.Cut()
	c.Stop(2)
	lose()
	if seq = other.stored(session("s"), "c", "new"); seq > last {
		t.Fatalf("what is new is at %d, and what was lost came to %d: the test shows nothing", seq, last)
	}
	for seq <= last {
		seq = other.stored(session("other"), fmt.Sprint("x", seq), "new")
	}
	clock.advance(time.Second)
	way.Heal()
	await.That(t, "what the servers have is read", func() bool {
		v := w.view(session("s"), page.Freshness{})
		return v.Err == nil && !v.Stale && texts(v.Page) == "a=kept c=new"
	})
}

// keepMajority starts two servers of three anew with all that they have. What comes
// from here on they lose, when they are started anew once more.
func keepMajority(t *testing.T, c *natstest.Cluster) (lose func()) {
	t.Helper()
	kept := []string{t.TempDir(), t.TempDir()}
	restart := func(between func(i int, dir string) error) {
		t.Helper()
		c.Stop(0)
		c.Stop(1)
		for i := range kept {
			if err := between(i, c.Dir(i)); err != nil {
				t.Fatal(err)
			}
		}
		c.Restart(0)
		c.Restart(1)
	}
	restart(func(i int, dir string) error { return os.CopyFS(kept[i], os.DirFS(dir)) })
	c.AwaitLeader()
	return func() {
		t.Helper()
		restart(func(i int, dir string) error {
			if err := os.RemoveAll(dir); err != nil {
				return err
			}
			return os.CopyFS(dir, os.DirFS(kept[i]))
		})
	}
}

// stored is store while servers come and go.
func (w *world) stored(o messages.Owner, name, text string) (seq uint64) {
	w.t.Helper()
	await.That(w.t, "it is stored", func() bool {
		var err error
		seq, err = w.Append(w.t.Context(), o, "r-"+name+"-"+text, puts(w.clock.now(), item(name, text)), page.Condition{})
		return err == nil
	})
	return seq
}
