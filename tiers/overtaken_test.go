package tiers

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

// TestNothingGetsInBetweenOnACluster mixes plain and conditional writes to one
// session on three replicas, with compaction at work. The server lets some
// conditional ones through that were overtaken; none of those may be said to
// be written, nor seen by any reader.
func TestNothingGetsInBetweenOnACluster(t *testing.T) {
	t.Parallel()
	c := natstest.StartCluster(t, 3)
	clock := newClock()
	workers := []*world{onMember(t, c, 0, clock), onMember(t, c, 1, clock), onMember(t, c, 2, clock)}
	workers[1].background()
	h := &mixed{t: t, clock: clock, plain: map[uint64]string{}, unknown: map[string]bool{}, done: make(chan struct{})}
	var plain, conditional sync.WaitGroup
	for n := range 2 {
		plain.Go(func() { h.write(workers[n], n) })
	}
	for n := range 2 {
		conditional.Go(func() { h.compareAndSet(workers[n+1], n) })
	}
	conditional.Wait()
	close(h.done)
	plain.Wait()
	h.check(workers)
}

type mixed struct {
	t     *testing.T
	clock *manualClock
	done  chan struct{}

	mu        sync.Mutex
	plain     map[uint64]string // acknowledged, by sequence
	set       []acked
	unknown   map[string]bool // ids whose writers were told that nothing is known
	conflicts int
}

type acked struct {
	id         string
	after, seq uint64
}

func (m *mixed) write(w *world, n int) {
	for i := 0; ; i++ {
		select {
		case <-m.done:
			return
		default:
		}
		id := fmt.Sprintf("p%d-%d", n, i)
		seq := w.add(session("s"), id, puts(m.clock.now(), item(id, "x")))
		m.mu.Lock()
		m.plain[seq] = id
		m.mu.Unlock()
		jet.Pause(m.t.Context(), 4*time.Millisecond) // or no conditional write would ever succeed
	}
}

func (m *mixed) compareAndSet(w *world, n int) {
	for i := range 120 {
		v := w.view(session("s"), page.Freshness{})
		last := v.Page.LastSegment()
		id := fmt.Sprintf("c%d-%d", n, i)
		seq, err := w.Append(m.t.Context(), session("s"), id, puts(m.clock.now(), item(id, "x")), page.Condition{Unchanged: true, LastSegment: last})
		m.mu.Lock()
		switch {
		case err == nil:
			m.set = append(m.set, acked{id, last, seq})
		case messages.HasCode(err, messages.CodeConflict):
			m.conflicts++
		case messages.HasCode(err, messages.CodeUnavailable): // on a machine that stands still; never taken for done or not done
			m.unknown[id] = true
		default:
			m.t.Error(err)
		}
		m.mu.Unlock()
	}
}

func (m *mixed) check(workers []*world) {
	var want []string
	for _, a := range m.set {
		want = append(want, a.id)
		for seq := a.after + 1; seq < a.seq; seq++ {
			if id, ok := m.plain[seq]; ok {
				m.t.Errorf("%s was written at %d on the word that nothing came after %d; %s did at %d", a.id, a.seq, a.after, id, seq)
			}
		}
	}
	for _, id := range m.plain {
		want = append(want, id)
	}
	slices.Sort(want)
	for i, w := range workers {
		for _, f := range []page.Freshness{{Reload: true}, {MinSession: m.newest()}} {
			v := w.view(session("s"), f)
			var got []string
			for i := range v.Page.Len() {
				if id := v.Page.ID(i); !m.unknown[id] {
					got = append(got, id)
				}
			}
			slices.Sort(got)
			if v.Err != nil || !slices.Equal(got, want) {
				m.t.Errorf("worker %d sees %d items of %d (%v): %v too many, %v missing", i, len(got), len(want), v.Err, without(got, want), without(want, got))
			}
		}
	}
	m.t.Logf("%d plain, %d conditional, %d conflicts", len(m.plain), len(m.set), m.conflicts)
}

func (m *mixed) newest() (seq uint64) {
	for s := range m.plain {
		seq = max(seq, s)
	}
	for _, a := range m.set {
		seq = max(seq, a.seq)
	}
	return seq
}

func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

func TestOvertakenSegmentsCountForNothing(t *testing.T) {
	t.Parallel()
	at := newClock().now()
	seg := func(name string, seq uint64) page.Stored {
		return page.Stored{Name: name, Seq: seq, Data: puts(at, item(name, "x"))}
	}
	m := page.Stored{Name: mergedPrefix + "1", Seq: 20, Data: merged(t, page.MergeOptions{}, seg("a", 3), seg("b", 6))}
	for name, c := range map[string]struct {
		segs  []page.Stored
		conds []conditional
		void  []uint64
	}{
		"nothing in between":             {[]page.Stored{seg("a", 3), seg("c", 9)}, []conditional{{9, 3}}, nil},
		"one in between":                 {[]page.Stored{seg("a", 3), seg("b", 6), seg("c", 9)}, []conditional{{9, 3}}, []uint64{9}},
		"one in between, merged since":   {[]page.Stored{seg("c", 9), m}, []conditional{{9, 3}}, []uint64{9}},
		"merged since, known before":     {[]page.Stored{seg("c", 9), m}, []conditional{{9, 6}}, nil},
		"the later of two":               {[]page.Stored{seg("a", 3), seg("c", 7), seg("d", 9)}, []conditional{{9, 3}, {7, 3}}, []uint64{9}},
		"after one that does not count":  {[]page.Stored{seg("a", 3), seg("b", 6), seg("c", 7), seg("d", 9)}, []conditional{{7, 3}, {9, 6}}, []uint64{7}},
		"the first segment of an owner":  {[]page.Stored{seg("a", 3)}, []conditional{{3, 0}}, nil},
		"not the first, as it turns out": {[]page.Stored{seg("a", 3), seg("b", 6)}, []conditional{{6, 0}}, []uint64{6}},
	} {
		b := batch{segs: slices.Clone(c.segs), conds: c.conds}
		whole, err := b.settle(0, 0)
		var void []uint64
		for _, v := range b.void {
			void = append(void, v.Seq)
		}
		if err != nil || !whole || !slices.Equal(void, c.void) {
			t.Errorf("%s: void %v, %v, %v; want %v", name, void, whole, err, c.void)
		}
		p, err := page.Fold(page.Page{}, b.segs, 30, 1)
		if err != nil || p.LastSegment() != newestOf(c.segs) {
			t.Errorf("%s: last segment %d, %v; the overtaken one's sequence counts", name, p.LastSegment(), err)
		}
		for _, v := range b.void {
			if _, there := p.Find(v.Name); there {
				t.Errorf("%s: what %s wrote is seen", name, v.Name)
			}
		}
	}
}

// A page that may hold what came in between does not tell: the log is loaded anew.
func TestConditionsThatAPageCannotJudge(t *testing.T) {
	t.Parallel()
	at := newClock().now()
	base, err := page.Fold(page.Page{}, []page.Stored{{Name: "b", Seq: 6, Data: puts(at, item("b", "x"))}}, 6, 1)
	if err != nil {
		t.Fatal(err)
	}
	b := batch{segs: []page.Stored{{Name: "c", Seq: 9, Data: puts(at, item("c", "x"))}}, conds: []conditional{{9, 5}}}
	if whole, err := b.settle(base.Seq(), base.LastSegment()); err != nil || whole {
		t.Fatalf("judged by a page that has a later segment than the condition: %v, %v", whole, err)
	}
	b.conds[0].after = 6
	if whole, err := b.settle(base.Seq(), base.LastSegment()); err != nil || !whole || len(b.void) != 0 {
		t.Fatalf("a condition on the page's last segment: %v, %v, void %v", whole, err, b.void)
	}
}

// Each merged segment is read once, however many conditional ones there are, and
// not copied. This test counts what the whole process allocates, so it runs by itself.
func TestConditionsAreJudgedByOneReadingOfTheLog(t *testing.T) { // not parallel
	at := newClock().now()
	var sources []page.Stored
	for seq := range uint64(8) {
		sources = append(sources, page.Stored{Name: fmt.Sprint("s", seq), Seq: seq + 1, Data: puts(at, item(fmt.Sprint(seq), "x"))})
	}
	data := merged(t, page.MergeOptions{}, sources...)
	allocations := func(conditions uint64) float64 {
		b := batch{segs: []page.Stored{{Name: mergedPrefix + "1", Seq: 10, Data: data}}}
		for seq := uint64(11); seq <= 10+conditions; seq++ {
			b.segs = append(b.segs, page.Stored{Name: fmt.Sprint("c", seq), Seq: seq, Data: data})
			b.conds = append(b.conds, conditional{seq: seq, after: seq - 1})
		}
		return testing.AllocsPerRun(20, func() {
			if whole, err := b.settle(0, 0); err != nil || !whole || len(b.void) > 0 {
				t.Fatal(whole, err, b.void)
			}
		})
	}
	if one, many := allocations(1), allocations(32); many-one > 8 {
		t.Errorf("32 conditional segments cost %v allocations, one %v", many, one)
	}
}

// Garbage collection buries under a condition too, on whose word items went that
// were written anew meanwhile. Such a burial buries nothing, and is gone after the
// collection that wrote it, or any later one.
func TestABurialThatWasOvertakenBuriesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	known := w.store(session("other"), "o", "x")
	w.store(session("s"), "a", "anew")
	wildcard := ownerSubject(w.short.root, session("s"))
	burial := &nats.Msg{Subject: segmentSubject(wildcard, ownName(evictedPrefix)), Data: deletes(w.clock.now(), "a")}
	// As a server of several stores it, which does not see yet what came after the condition.
	if _, err := w.mux.Publish(t.Context(), burial, jet.Expected{Subject: ownerSubject(w.short.root, session("other")), Seq: known}, 0, w.cfg.Write.Attempt); err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{"before", "after"} {
		if _, got := w.see(session("s"), page.Freshness{Reload: true}); got != "a=anew" {
			t.Errorf("%s the collection: %q", when, got)
		}
		if err := w.short.tend(t.Context(), wildcard); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.segments(session("s")); n != 1 {
		t.Errorf("%d segments are left; want the item's", n)
	}
}
