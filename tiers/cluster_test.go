package tiers

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

func replicated(c *Config) {
	c.Streams.Replicas = 3
	c.Read.Probe = 100 * time.Millisecond
	c.Breaker.Failures = 1000 // these tests are about what servers answer
	c.GC.Disabled = true
}

// onMember opens tiers that know one member of a cluster alone.
func onMember(t *testing.T, c *natstest.Cluster, i int, clock *manualClock, change ...func(*Config)) *world {
	t.Helper()
	nc := c.Connect(i, nats.MaxReconnects(-1), nats.ReconnectWait(20*time.Millisecond))
	return onConn(t, c.Server(i), nc, clock, append([]func(*Config){replicated}, change...)...)
}

// leaderOf is the index of the member that leads a stream.
func leaderOf(t *testing.T, c *natstest.Cluster, w *world, stream string) int {
	t.Helper()
	leader := -1
	await.That(t, "the stream has a leader", func() bool {
		s, err := w.js.Stream(t.Context(), stream)
		if err != nil || s.CachedInfo().Cluster == nil {
			return false
		}
		for i := range 3 {
			if c.Server(i) != nil && c.Server(i).Inner().Name() == s.CachedInfo().Cluster.Leader {
				leader = i
			}
		}
		return leader >= 0
	})
	return leader
}

func TestClusterReadsItsWritesAnywhere(t *testing.T) {
	t.Parallel()
	c := natstest.StartCluster(t, 3)
	clock := newClock()
	var workers []*world
	for i := range 3 {
		workers = append(workers, onMember(t, c, i, clock))
	}
	for i := range 30 {
		seq := workers[i%3].store(session("s"), fmt.Sprintf("i%02d", i), "x")
		for n, w := range workers {
			v, _ := w.see(session("s"), page.Freshness{MinSession: seq})
			if v.Page.Len() != i+1 || v.Revision < seq || v.Stale {
				t.Fatalf("worker %d sees %d items at %d after the write of item %d at %d", n, v.Page.Len(), v.Revision, i, seq)
			}
		}
		if v, _ := workers[(i+1)%3].see(session("s"), page.Freshness{Reload: true}); v.Page.Len() != i+1 {
			t.Fatalf("a reload sees %d items of %d", v.Page.Len(), i+1)
		}
	}
}

// A follower that was cut off goes on answering with what it had. It must not
// be taken for fresh, and a reader that asks for more must be told.
func TestAFollowerThatWasCutOffIsNotTakenForFresh(t *testing.T) {
	t.Parallel()
	c := natstest.StartCluster(t, 3)
	clock := newClock()
	writer := onMember(t, c, 0, clock)
	writer.store(session("s"), "a", "1")
	leader := leaderOf(t, c, writer, writer.short.stream.Name)
	lone, other := (leader+1)%3, (leader+2)%3
	reader := onMember(t, c, lone, clock, func(c *Config) {
		c.Read.Attempt, c.Read.Deadline = 200*time.Millisecond, time.Second
	})
	reader.background()
	writer = onMember(t, c, other, clock)
	await.That(t, "the follower has the first write", func() bool {
		v := reader.view(session("s"), page.Freshness{})
		return v.Err == nil && texts(v.Page) == "a=1" && !v.Stale
	})

	c.Cut(lone)
	var seq uint64
	await.That(t, "the others go on", func() bool {
		var err error
		seq, err = writer.Append(t.Context(), session("s"), "second", puts(clock.now(), item("b", "2")), page.Condition{})
		return err == nil
	})
	await.That(t, "reads of the cut-off follower are marked stale", func() bool {
		clock.advance(time.Second) // during which the leader was not heard of
		v := reader.view(session("s"), page.Freshness{})
		return v.Stale && v.Err == nil && texts(v.Page) == "a=1" && v.Age > 0
	})
	for range 20 {
		if v := reader.view(session("s"), page.Freshness{}); !v.Stale {
			t.Fatalf("a read of the cut-off follower is taken for fresh: %q", texts(v.Page))
		}
	}
	v := reader.view(session("s"), page.Freshness{MinSession: seq})
	if !v.Stale || !messages.HasCode(v.Err, messages.CodeUnavailable) {
		t.Fatalf("a revision that the follower lacks: stale %v, %v", v.Stale, v.Err)
	}

	c.Heal(lone)
	reader.catchesUp(session("s"), seq, "a=1 b=2")
}

// catchesUp waits until an owner is read fresh, as of a revision.
func (w *world) catchesUp(o messages.Owner, seq uint64, want string) {
	w.t.Helper()
	await.That(w.t, "it catches up", func() bool {
		v := w.view(o, page.Freshness{MinSession: seq})
		return v.Err == nil && !v.Stale && texts(v.Page) == want
	})
}

// While the follower that serves a reader lags, the leader is asked.
func TestTheLeaderIsAskedWhenAReplicaLags(t *testing.T) {
	t.Parallel()
	c := natstest.StartCluster(t, 3)
	clock := newClock()
	w := onMember(t, c, 0, clock)
	seq := w.store(session("s"), "a", "1")
	w.see(session("s"), page.Freshness{MinSession: seq})
	b, err := w.short.leaderBatch(t.Context(), ownerSubject(w.short.root, session("s")))
	if err != nil || len(b.segs) != 1 || b.segs[0].Seq != seq || b.upTo < seq {
		t.Fatalf("of the leader: %+v, %v", b, err)
	}
	if b, err := w.short.leaderBatch(t.Context(), ownerSubject(w.short.root, session("none"))); err != nil || !b.none || b.upTo < seq {
		t.Fatalf("of an empty owner: %+v, %v", b, err)
	}
	// A replica that has not this much is not believed, whatever it answers.
	w.short.lead.seq.Store(seq + 5)
	if !w.short.behind(seq) {
		t.Fatal("an answer older than what the leader had is taken for new")
	}
	if v, got := w.see(session("s"), page.Freshness{}); got != "a=1" || v.Stale {
		t.Fatalf("by way of the leader: %q, stale %v", got, v.Stale)
	}
}

// Of several servers the leader that answers may have been cut off. What is a
// little ahead of its word is proved by a write, which is no owner's and leaves
// nothing; what no leader can have is refused without, and neither has the log loaded in vain.
func TestARevisionThatNoLeaderCanHaveIsRefused(t *testing.T) {
	t.Parallel()
	c := natstest.StartCluster(t, 3)
	w := onMember(t, c, 0, newClock())
	seq := w.store(session("s"), "a", "1")
	w.catchesUp(session("s"), seq, "a=1")
	toTheOwner := natstest.Count(t, w.nc, ownerSubject(w.short.root, session("s")))
	for ahead, writes := range map[uint64]uint64{1 << 20: 1, 1 << 40: 0} {
		before := w.streamSeq("KV_ctx_short")
		v := w.view(session("s"), page.Freshness{MinSession: seq + ahead})
		if !messages.HasCode(v.Err, messages.CodeBadRequest) || texts(v.Page) != "a=1" {
			t.Errorf("%d ahead: %q, %v", ahead, texts(v.Page), v.Err)
		}
		if wrote := w.streamSeq("KV_ctx_short") - before; wrote != writes {
			t.Errorf("%d ahead: %d messages were written; want %d", ahead, wrote, writes)
		}
	}
	if n := toTheOwner(); n != 0 {
		t.Errorf("%d messages were written among the owner's, whose changes they would be in the way of", n)
	}
	await.That(t, "nothing is left behind", func() bool {
		b, err := w.short.loadAny(t.Context(), w.short.root+nobody)
		return err == nil && b.none
	})
}

func TestWritesSurviveTheLossOfTheLeader(t *testing.T) {
	t.Parallel()
	c := natstest.StartCluster(t, 3)
	clock := newClock()
	first := onMember(t, c, 0, clock)
	leader := leaderOf(t, c, first, first.short.stream.Name)
	nc, err := nats.Connect(c.URL(), nats.MaxReconnects(-1), nats.ReconnectWait(20*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	w := onConn(t, c.Server((leader+1)%3), nc, clock, replicated, func(c *Config) {
		c.Write.Attempt, c.Write.Deadline = time.Second, time.Minute
	})
	acked := make(chan string, 1000)
	var writing sync.WaitGroup
	var stop atomic.Bool
	for n := range 3 {
		writing.Go(func() {
			for i := 0; !stop.Load(); i++ {
				id := fmt.Sprintf("w%d-%d", n, i)
				if _, err := w.Append(t.Context(), session("s"), id, puts(clock.now(), item(id, "x")), page.Condition{}); err == nil {
					acked <- id
				}
				jet.Pause(t.Context(), 10*time.Millisecond)
			}
		})
	}
	for range 10 {
		<-acked
	}
	c.Stop(leader)
	for range 10 { // acknowledged after the loss
		<-acked
	}
	stop.Store(true)
	go func() { writing.Wait(); close(acked) }()
	count := 20
	for range acked {
		count++
	}
	await.That(t, "everything acknowledged is there", func() bool {
		v := w.view(session("s"), page.Freshness{Reload: true})
		return v.Err == nil && v.Page.Len() >= count
	})
}

func TestLedgerOnAClusterHasOneWinner(t *testing.T) {
	t.Parallel()
	c := natstest.StartCluster(t, 3)
	clock := newClock()
	workers := []*world{onMember(t, c, 0, clock), onMember(t, c, 1, clock), onMember(t, c, 2, clock)}
	for round := range 20 {
		var all sync.WaitGroup
		var won atomic.Int64
		for n := range 6 {
			all.Go(func() {
				first, err := workers[n%3].Take(t.Context(), "k", fmt.Sprint(round), AskDelivery, time.Hour)
				if first {
					won.Add(1)
				} else if !messages.HasCode(err, messages.CodeReplayed) {
					t.Errorf("round %d: %v", round, err)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Fatalf("round %d: %d winners", round, won.Load())
		}
	}
}

func TestCompareAndSetOnACluster(t *testing.T) {
	t.Parallel()
	c := natstest.StartCluster(t, 3)
	clock := newClock()
	workers := []*world{onMember(t, c, 0, clock), onMember(t, c, 1, clock), onMember(t, c, 2, clock)}
	var all sync.WaitGroup
	var conflicts atomic.Int64
	for n, w := range workers {
		all.Go(func() {
			for i := range 8 {
				for !increment(t, w, fmt.Sprintf("w%d-%d", n, i), &conflicts) {
				}
			}
		})
	}
	all.Wait()
	if v, got := workers[0].see(session("s"), page.Freshness{Reload: true}); got != "counter=24" {
		t.Fatalf("%s at %d after 24 increments and %d conflicts", got, v.Revision, conflicts.Load())
	}
}

// What the server tells apart: a condition that does not hold, with the
// sequence that does, and one that another publish on its way holds up.
func TestBusyConditionsAreConflicts(t *testing.T) {
	t.Parallel()
	for _, code := range []jetstream.ErrorCode{jetstream.JSErrCodeStreamWrongLastSequence, jetstream.JSErrCodeStreamWrongLastSequenceConstant} {
		err := fmt.Errorf("nats: %w", &jetstream.APIError{Code: 400, ErrorCode: code})
		if !jet.Conflicted(err) || jet.Transient(err) || tierFailed(err) {
			t.Errorf("code %d: %v", code, err)
		}
	}
	if jet.Conflicted(errors.New("other")) {
		t.Error("anything is a conflict")
	}
}
