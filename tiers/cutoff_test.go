package tiers

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

// A leader that was cut off answers INFO and MSG.GET as if nothing had
// happened, until it notices. Who is connected to it must not take its word
// for fresh, nor for proof that something is not there.
func TestALeaderThatWasCutOffIsNotBelieved(t *testing.T) {
	t.Parallel()
	c := natstest.StartCluster(t, 3)
	clock := newClock() // stands still: only the leader's own word tells how old it is
	first := onMember(t, c, 0, clock)
	first.store(session("s"), "a", "1")
	leader := leaderOf(t, c, first, first.short.stream.Name)
	hasty := func(c *Config) { c.Write.Attempt = 500 * time.Millisecond }
	reader, writer := onMember(t, c, leader, clock, hasty), onMember(t, c, (leader+1)%3, clock, hasty)
	reader.background()
	var last uint64
	await.That(t, "the leader's word is taken while it has a majority", func() bool {
		v := reader.view(session("s"), page.Freshness{Reload: true})
		last = v.Page.LastSegment() // or a proof's that could not be removed in time
		if v.Err != nil || v.Stale || texts(v.Page) != "a=1" || reader.Unchanged(t.Context(), session("s"), last) != nil {
			return false
		}
		v = reader.view(session("s"), page.Freshness{Reload: true})
		return v.Err == nil && v.Page.LastSegment() == last
	})

	c.Cut(leader)
	if v := reader.view(session("s"), page.Freshness{Reload: true}); v.Err != nil || texts(v.Page) != "a=1" {
		t.Fatalf("the cut-off leader does not answer (%v): the test shows nothing", v.Err)
	}
	limited, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if err := reader.Unchanged(limited, session("s"), last); err == nil || messages.HasCode(err, messages.CodeConflict) {
		t.Errorf("a leader without a majority proves that nothing was written: %v", err)
	}
	var seq uint64
	await.That(t, "the others go on", func() bool {
		var err error
		seq, err = writer.Append(t.Context(), session("s"), "second", puts(clock.now(), item("b", "2")), page.Condition{})
		return err == nil
	})
	await.That(t, "reads of the cut-off leader are marked stale", func() bool {
		v := reader.view(session("s"), page.Freshness{})
		return v.Stale && v.Age > 0
	})
	if v := reader.view(session("s"), page.Freshness{Reload: true}); v.Err == nil && !v.Stale {
		t.Errorf("a reload from the cut-off leader is taken for fresh: %q", texts(v.Page))
	}
	c.Heal(leader)
	reader.catchesUp(session("s"), seq, "a=1 b=2")
}

// What a leader does not have that was cut off is not refused as what nobody has:
// who wrote it would forget it. Nor is its silence held against writes, which
// have more time.
func TestALeaderThatWasCutOffRefutesNoRevision(t *testing.T) {
	t.Parallel()
	c := natstest.StartCluster(t, 3)
	clock := newClock()
	first := onMember(t, c, 0, clock)
	first.store(session("s"), "a", "1")
	leader := leaderOf(t, c, first, first.short.stream.Name)
	reader := onMember(t, c, leader, clock, func(c *Config) { c.Breaker.Failures, c.Read.Deadline = 1, time.Second })
	writer := onMember(t, c, (leader+1)%3, clock, func(c *Config) { c.Write.Attempt = 2 * time.Second })
	c.Cut(leader)
	seq := writer.store(session("s"), "b", "2") // of the others
	v := reader.view(session("s"), page.Freshness{MinSession: seq})
	if !messages.HasCode(v.Err, messages.CodeUnavailable) {
		t.Errorf("what the others have: %v", v.Err)
	}
	if reader.short.writes.open() {
		if _, err := reader.short.refresh(t.Context()); err != nil { // by then it knew, and refused the proof itself
			t.Logf("the leader had noticed that it was cut off: %v", err)
			return
		}
		t.Error("writes are refused because a reader's proof came to nothing")
	}
}

func TestUnchangedProvesAndLeavesNothing(t *testing.T) {
	t.Parallel()
	c := natstest.StartCluster(t, 3)
	clock := newClock()
	w, other := onMember(t, c, 0, clock), onMember(t, c, 1, clock)
	if err := w.Unchanged(t.Context(), session("s"), 0); err != nil {
		t.Errorf("of an owner that has nothing: %v", err)
	}
	last := other.store(session("s"), "a", "1")
	if err := w.Unchanged(t.Context(), session("s"), 0); !messages.HasCode(err, messages.CodeConflict) {
		t.Errorf("after a write: %v; want a conflict", err)
	}
	if err := w.Unchanged(t.Context(), session("s"), last); err != nil {
		t.Errorf("of the newest segment: %v", err)
	}
	await.That(t, "nothing is left behind, on this replica too", func() bool {
		v, got := w.see(session("s"), page.Freshness{Reload: true})
		return got == "a=1" && v.Page.Segments() == 1 && v.Page.LastSegment() == last
	})
}

// The proof has a time, or no merge that takes its name in would ever forget it.
func TestAProofHasATime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.short.lead.replicated.Store(true) // which has it written
	last := w.store(session("s"), "a", "1")
	proofs, err := w.nc.SubscribeSync(ownerSubject(w.short.root, session("s")))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Unchanged(t.Context(), session("s"), last); err != nil {
		t.Fatal(err)
	}
	proof, err := proofs.NextMsgWithContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if head, err := page.ReadHead(proof.Data); err != nil || head.At != w.clock.now().UnixMilli() || head.Entries != 0 {
		t.Errorf("%+v, %v", head, err)
	}
	before := w.clock.now().Add(time.Hour).UnixMilli()
	data := merged(t, page.MergeOptions{All: true, ForgetAbsorbedBefore: before}, page.Stored{Name: segmentName(proof.Subject), Seq: 9, Data: proof.Data})
	if head, err := page.ReadHead(data); err != nil || len(head.Absorbed) > 0 {
		t.Errorf("a merge an hour later remembers %v, %v", head.Absorbed, err)
	}
}

// Without replicas every read is exact, and nothing is written.
func TestUnchangedWritesNothingWithoutReplicas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("s"), "a", "1")
	before := w.streamSeq("KV_ctx_short")
	if err := w.Unchanged(t.Context(), session("s"), 1); err != nil {
		t.Error(err)
	}
	if after := w.streamSeq("KV_ctx_short"); after != before {
		t.Errorf("%d messages were written", after-before)
	}
}

// What a walk found is complete as of a state that lists nothing else.
func TestAWalkIsJudgedByWhatTheLeaderLists(t *testing.T) {
	t.Parallel()
	walked := batch{segs: []page.Stored{{Name: "a", Seq: 3}, {Name: "b", Seq: 7}}}
	listed := func(last uint64, names ...string) *jetstream.StreamState {
		s := &jetstream.StreamState{LastSeq: last, Subjects: map[string]uint64{}}
		for _, n := range names {
			s.Subjects["$KV.ctx_short.acme.s."+n] = 1
		}
		return s
	}
	for name, c := range map[string]struct {
		walked batch
		state  *jetstream.StreamState
		total  int
		want   error
	}{
		"all":                   {walked, listed(9, "a", "b"), 2, nil},
		"one removed since":     {walked, listed(9, "b"), 1, nil},
		"nothing":               {batch{}, listed(9), 0, nil},
		"ended early":           {walked, listed(9, "a", "b", "c"), 3, jet.ErrChanging},
		"ended at once":         {batch{}, listed(9, "a"), 1, jet.ErrChanging},
		"listed by an older":    {walked, listed(5, "a"), 1, errBehind},
		"not all are listed":    {walked, listed(9, "a", "b"), 3, jet.ErrTooMany},
		"moved by a compaction": {walked, listed(9, "=m1"), 1, jet.ErrChanging},
	} {
		b, err := c.walked.asOf(c.state, c.total)
		if !errors.Is(err, c.want) || err == nil && (b.upTo != 9 || b.none != (len(b.segs) == 0)) {
			t.Errorf("%s: up to %d, none %t, %v; want %v", name, b.upTo, b.none, err, c.want)
		}
	}
}

func TestAMajorityIsHeardOf(t *testing.T) {
	t.Parallel()
	peer := func(active time.Duration) *jetstream.PeerInfo {
		return &jetstream.PeerInfo{Current: active > 0, Active: active} // 0: not heard of since it leads
	}
	for name, c := range map[string]struct {
		peers []*jetstream.PeerInfo
		want  time.Duration
	}{
		"no replicas":         {nil, 0},
		"one of two":          {[]*jetstream.PeerInfo{peer(time.Hour), peer(time.Second)}, time.Second},
		"none of two":         {[]*jetstream.PeerInfo{peer(time.Hour), peer(time.Minute)}, time.Minute},
		"a new leader":        {[]*jetstream.PeerInfo{peer(0), peer(0)}, never},
		"two of four":         {[]*jetstream.PeerInfo{peer(4), peer(time.Hour), peer(2), peer(time.Hour)}, 4},
		"one of four":         {[]*jetstream.PeerInfo{peer(4), peer(time.Hour), peer(0), peer(time.Minute)}, time.Minute},
		"two replicas in all": {[]*jetstream.PeerInfo{peer(time.Minute)}, time.Minute},
	} {
		if got := sinceMajority(&jetstream.ClusterInfo{Replicas: c.peers}); got != c.want {
			t.Errorf("%s: %v; want %v", name, got, c.want)
		}
	}
	if got := sinceMajority(nil); got != 0 {
		t.Errorf("without a cluster: %v", got)
	}
}
