package tiers

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

func TestReadGathersBothTiers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("s"), "a", "turn")
	w.store(user("u"), "f", "fact")
	for range 2 { // from nothing, then from L1
		s, u := w.Read(t.Context(), session("s"), user("u"), page.Freshness{})
		if s.Err != nil || u.Err != nil || texts(s.Page) != "a=turn" || texts(u.Page) != "f=fact" {
			t.Fatalf("read %q %v, %q %v", texts(s.Page), s.Err, texts(u.Page), u.Err)
		}
	}
	s, u := w.Read(t.Context(), session("s"), user("u"), page.Freshness{})
	if !s.Hit || !u.Hit || s.Stale || u.Stale || s.Revision == 0 || u.Revision == 0 {
		t.Fatalf("views %+v, %+v: want fresh hits with revisions", s, u)
	}
}

func TestReadOfAbsentOwnersIsEmpty(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, u := w.Read(t.Context(), messages.Owner{}, user("nobody"), page.Freshness{})
	if s.Err != nil || u.Err != nil || s.Page.Len() != 0 || u.Page.Len() != 0 || s.Stale || u.Stale {
		t.Fatalf("views %+v, %+v: want both empty", s, u)
	}
}

func TestEmptyOwnersAreCached(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.see(user("nobody"), page.Freshness{})
	v, _ := w.see(user("nobody"), page.Freshness{MaxStale: time.Minute})
	if !v.Hit {
		t.Fatal("an owner without items is asked for although max stale allows L1")
	}
}

func TestReadSeesEveryKindOfID(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ids := []string{"a.b", "*", ">", "a b", "日本", "=2E", "$KV", "a.b.c", "A", "a"}
	for _, id := range ids {
		w.store(session(id), "i", id)
	}
	for _, id := range ids {
		if _, got := w.see(session(id), page.Freshness{}); got != "i="+id {
			t.Errorf("session %q has %q", id, got)
		}
	}
}

func TestPageInL1SeesWhatOthersWrite(t *testing.T) {
	t.Parallel()
	one := newWorld(t)
	two := onServer(t, one.server, one.clock)
	for i := range 20 {
		writer, reader := one, two
		if i%2 == 1 {
			writer, reader = two, one
		}
		writer.store(session("s"), fmt.Sprintf("i%02d", i), "x")
		if v, _ := reader.see(session("s"), page.Freshness{}); v.Page.Len() != i+1 {
			t.Fatalf("after %d writes the other worker sees %d items", i+1, v.Page.Len())
		}
	}
}

func TestMaxStaleAsksNobody(t *testing.T) {
	t.Parallel()
	one := newWorld(t)
	two := onServer(t, one.server, one.clock)
	one.store(session("s"), "a", "1")
	two.see(session("s"), page.Freshness{})
	one.store(session("s"), "b", "2")
	two.clock.advance(time.Second)

	v, got := two.see(session("s"), page.Freshness{MaxStale: 2 * time.Second})
	if got != "a=1" || v.Age != time.Second || v.Stale {
		t.Fatalf("within max stale: %q, age %v, stale %v; want the page as it was", got, v.Age, v.Stale)
	}
	two.clock.advance(2 * time.Second)
	if _, got := two.see(session("s"), page.Freshness{MaxStale: 2 * time.Second}); got != "a=1 b=2" {
		t.Fatalf("past max stale: %q", got)
	}
	// The read before found the page complete: L1 knows without a rewrite.
	two.clock.advance(time.Second)
	if v, _ := two.see(session("s"), page.Freshness{MaxStale: 2 * time.Second}); v.Age != time.Second {
		t.Fatalf("age %v after a confirmation a second ago", v.Age)
	}
}

func TestMaxStaleYieldsToMinRevision(t *testing.T) {
	t.Parallel()
	one := newWorld(t)
	two := onServer(t, one.server, one.clock)
	one.store(session("s"), "a", "1")
	two.see(session("s"), page.Freshness{})
	seq := one.store(session("s"), "b", "2")
	v, got := two.see(session("s"), page.Freshness{MaxStale: time.Hour, MinSession: seq})
	if got != "a=1 b=2" || v.Revision < seq {
		t.Fatalf("got %q at %d; want the write at %d", got, v.Revision, seq)
	}
}

func TestMinRevisionThatIsNotThereIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seq := w.store(session("s"), "a", "1")
	v := w.view(session("s"), page.Freshness{MinSession: seq + 10})
	if !v.Stale || !messages.HasCode(v.Err, messages.CodeBadRequest) || texts(v.Page) != "a=1" {
		t.Fatalf("view %q, stale %v, %v; want what there is, marked stale, with the reason", texts(v.Page), v.Stale, v.Err)
	}
}

// A revision that nobody has does not have a log loaded again and again.
func TestMinRevisionThatIsNotThereLoadsALogOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const size = 1 << 20
	w.add(session("s"), "large", puts(w.clock.now(), item("a", strings.Repeat("a word ", size/7))))
	for _, f := range []page.Freshness{{MinSession: 1 << 62}, {MinSession: 1 << 62}, {MinSession: 1 << 62, Reload: true}} {
		before := w.nc.Stats().InBytes
		v := w.view(session("s"), f)
		if !messages.HasCode(v.Err, messages.CodeBadRequest) {
			t.Errorf("%+v: %v", f, v.Err)
		}
		if got := w.nc.Stats().InBytes - before; got > 3*size {
			t.Errorf("%+v: %d bytes came for a log of some %d", f, got, size)
		}
	}
}

func TestMinRevisionOfAnEmptiedOwnerIsReached(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("s"), "a", "1")
	seq := w.add(session("s"), "gone", deletes(w.clock.now(), "a"))
	if err := w.short.stream.Purge(t.Context(), ownerSubject(w.short.root, session("s")), seq, w.cfg.Write.Attempt); err != nil {
		t.Fatal(err)
	}
	v, got := w.see(session("s"), page.Freshness{MinSession: seq})
	if got != "" || v.Revision < seq || v.Stale {
		t.Fatalf("got %q at %d, stale %v; want nothing, at %d or later", got, v.Revision, v.Stale, seq)
	}
}

func TestPageOfAnOwnerThatIsGoneIsDropped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seq := w.store(session("s"), "a", "1")
	w.see(session("s"), page.Freshness{})
	if err := w.short.stream.Purge(t.Context(), ownerSubject(w.short.root, session("s")), seq, w.cfg.Write.Attempt); err != nil {
		t.Fatal(err)
	}
	if v, got := w.see(session("s"), page.Freshness{}); got != "" || v.Stale {
		t.Fatalf("got %q, stale %v; want nothing", got, v.Stale)
	}
}

func TestReloadGoesPastL1(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seq := w.store(session("s"), "a", "1")
	w.see(session("s"), page.Freshness{})
	v, got := w.see(session("s"), page.Freshness{Reload: true})
	if got != "a=1" || v.Hit || v.Page.LastSegment() != seq {
		t.Fatalf("reload gave %q, hit %v, last segment %d", got, v.Hit, v.Page.LastSegment())
	}
}

func TestExpiredItemsLeaveACachedPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	short := item("a", "1")
	short.Expires = w.clock.now().Add(time.Second).UnixMilli()
	w.add(session("s"), "r", puts(w.clock.now(), short, item("b", "2")))
	if _, got := w.see(session("s"), page.Freshness{}); got != "a=1 b=2" {
		t.Fatalf("before: %q", got)
	}
	w.clock.advance(2 * time.Second)
	if _, got := w.see(session("s"), page.Freshness{}); got != "b=2" {
		t.Fatalf("after: %q", got)
	}
}

func TestOldPagesAreLoadedAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("s"), "a", "1")
	w.see(session("s"), page.Freshness{})
	w.clock.advance(w.cfg.L1.PageLife)
	if v, got := w.see(session("s"), page.Freshness{}); got != "a=1" || v.Hit {
		t.Fatalf("a page past its life was used: %q, hit %v", got, v.Hit)
	}
}

func TestDamagedPagesAreMisses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("s"), "a", "1")
	seen, _ := w.see(session("s"), page.Freshness{})
	damaged := seen.Page.Bytes()
	damaged[len(damaged)-1]++
	w.l1.Set(ownerSubject(w.short.root, session("s")), seen.Page)
	runtime.GC() // forgets where the page lies: it is copied out of the cache, and checked
	if v, got := w.see(session("s"), page.Freshness{}); got != "a=1" || v.Hit {
		t.Fatalf("got %q, hit %v", got, v.Hit)
	}
	if w.l1.Stats().Damaged != 1 {
		t.Fatal("the damaged page was not counted")
	}
}

func TestPagesTooLargeForL1AreServedAndCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.L1.MaxBytes = 1 << 20 })
	long := strings.Repeat("word ", 200_000)
	w.store(session("s"), "a", "x")
	w.add(session("s"), "big", puts(w.clock.now(), item("big", long)))
	for range 2 {
		v := w.view(session("s"), page.Freshness{})
		if v.Err != nil || v.Hit || v.Page.Len() != 2 {
			t.Fatalf("%d items, hit %v, %v", v.Page.Len(), v.Hit, v.Err)
		}
	}
	if n := w.l1.Stats().Large; n != 2 {
		t.Fatalf("%d oversized pages counted", n)
	}
}

func TestConcurrentMissesShareALoad(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("s"), "a", "1")
	key := ownerSubject(w.short.root, session("s"))
	fl, lead := w.short.flying.join(key)
	if !lead {
		t.Fatal("somebody else leads")
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if v := w.view(session("s"), page.Freshness{}); v.Err != nil || texts(v.Page) != "a=1" {
				t.Errorf("joined: %q, %v", texts(v.Page), v.Err)
			}
		})
	}
	// The leader gives up, as when its caller has left: the others load for themselves.
	w.short.flying.land(key, fl, page.Page{}, false)
	all.Wait()
}

func TestJoinersSeeWritesAfterTheLoad(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.L1.MaxBytes = -1 }) // every read is a load
	first := w.store(session("s"), "a", "1")
	loaded, _ := w.see(session("s"), page.Freshness{})
	key := ownerSubject(w.short.root, session("s"))
	fl, _ := w.short.flying.join(key)
	got := make(chan page.View, 1)
	go func() { got <- w.view(session("s"), page.Freshness{}) }()
	w.store(session("s"), "b", "2") // after the load that is being shared
	w.short.flying.land(key, fl, loaded.Page, true)
	if v := <-got; texts(v.Page) != "a=1 b=2" || v.Revision <= first {
		t.Fatalf("a joiner sees %q at %d", texts(v.Page), v.Revision)
	}
}

func TestOwnersPastTheLimitOfABatchedGet(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Compact.Disabled = true })
	const many = 1100
	for i := range many {
		w.store(session("s"), fmt.Sprintf("i%04d", i), "x")
	}
	v, _ := w.see(session("s"), page.Freshness{})
	if v.Page.Len() != many {
		t.Fatalf("%d items of %d", v.Page.Len(), many)
	}
	if b, err := w.short.walk(t.Context(), ownerSubject(w.short.root, session("s")), v.Revision+1); err != nil || len(b.segs) > 0 || b.upTo != v.Revision {
		t.Fatalf("nothing newer: %d segments up to %d of %d, %v", len(b.segs), b.upTo, v.Revision, err)
	}
	w.store(session("s"), "more", "x")
	if v, _ := w.see(session("s"), page.Freshness{}); v.Page.Len() != many+1 || !v.Hit {
		t.Fatalf("delta: %d items, hit %v", v.Page.Len(), v.Hit)
	}
	if done, err := w.Compact(t.Context(), session("s")); err != nil || !done {
		t.Fatalf("compact: %v, %v", done, err)
	}
	w.shrinks(session("s"), 8)
	if v, _ := w.see(session("s"), page.Freshness{Reload: true}); v.Page.Len() != many+1 {
		t.Fatalf("after compaction: %d items", v.Page.Len())
	}
}
