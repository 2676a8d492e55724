package tiers

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

func (w *world) sweepNow() {
	w.t.Helper()
	if err := w.Sweep(w.t.Context()); err != nil {
		w.t.Fatalf("sweep: %v", err)
	}
}

func TestSweepEvictsTheLeastUseful(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.GC.SessionItems = 10 })
	rated := func(id string, importance float32, at int64, group string, flags page.Flags) page.Item {
		it := item(id, "x")
		it.Importance, it.Time, it.Group, it.Flags = importance, at, group, flags
		return it
	}
	items := []page.Item{
		rated("pinned", 0, 1, "", page.Pinned),
		rated("low-old", 0.1, 1, "", 0),
		rated("low-new", 0.1, 9, "", 0),
		rated("call", 0.1, 2, "g", 0), rated("result", 0.9, 2, "g", 0), // a group is as important as its best
		rated("with-pinned", 0, 1, "p", 0), rated("anchor", 0, 1, "p", page.Pinned),
		rated("plain-old", -1, 3, "", 0), rated("plain-new", -1, 8, "", 0),
		rated("high", 1, 1, "", 0),
		rated("half", 0.5, 4, "", 0),
	}
	w.add(session("s"), "r", puts(w.clock.now(), items...))
	w.sweepNow()
	_, got := w.see(session("s"), page.Freshness{})
	for _, gone := range []string{"low-old", "low-new"} {
		if strings.Contains(got, gone+"=") {
			t.Errorf("%s is still there: %s", gone, got)
		}
	}
	if n := len(strings.Fields(got)); n != 9 {
		t.Errorf("%d items left, %s; want 9, a tenth below the cap", n, got)
	}
	if n := metric(t, w.reg, "context_manager_gc_removed_total", "what", "items"); n != 2 {
		t.Errorf("%v items counted", n)
	}
}

func TestSweepKeepsToBytes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.GC.UserBytes = 20 << 10 })
	text := strings.Repeat("x", 1000)
	for i := range 40 {
		it := item(fmt.Sprintf("i%02d", i), text)
		it.Time = int64(i)
		w.add(user("u"), it.ID, puts(w.clock.now(), it))
	}
	w.sweepNow()
	v, got := w.see(user("u"), page.Freshness{Reload: true})
	if v.Page.Len() < 15 || v.Page.Len() > 19 || !strings.Contains(got, "i39=") || strings.Contains(got, "i00=") {
		t.Fatalf("%d items left: want some 17 of the newest", v.Page.Len())
	}
	b, err := w.long.loadAny(t.Context(), ownerSubject(w.long.root, user("u")))
	if err != nil || b.bytes > 25<<10 {
		t.Fatalf("the log still has %d bytes, %v", b.bytes, err)
	}
}

// What was decided to go is not what was written since.
func TestEvictionYieldsToWriters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("s"), "a", "1")
	v, _ := w.see(session("s"), page.Freshness{})
	w.store(session("s"), "a", "2")
	wildcard := ownerSubject(w.short.root, session("s"))
	dead := []page.Entry{{Kind: page.Tombstone, At: w.clock.now().UnixMilli(), ID: "a"}}
	if _, err := w.short.bury(t.Context(), wildcard, dead, v.Page.LastSegment()); err != nil {
		t.Fatal(err)
	}
	if _, got := w.see(session("s"), page.Freshness{}); got != "a=2" {
		t.Fatalf("left: %q", got)
	}
}

// TestEvictionKeepsItsRules is for any page: below the cap afterwards unless
// only pinned items are left and the most useful one, nothing pinned goes, and no group is split.
func TestEvictionKeepsItsRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 40).Draw(rt, "items")
		var items []page.Item
		for i := range n {
			it := item(fmt.Sprint("i", i), strings.Repeat("x", rapid.IntRange(0, 300).Draw(rt, "size")))
			it.Importance = rapid.SampledFrom([]float32{-1, 0, 0.3, 1}).Draw(rt, "importance")
			it.Time = rapid.Int64Range(0, 5).Draw(rt, "time")
			it.Group = rapid.SampledFrom([]string{"", "", "g", "h"}).Draw(rt, "group")
			if rapid.IntRange(0, 4).Draw(rt, "pinned") == 0 {
				it.Flags = page.Pinned
			}
			items = append(items, it)
		}
		p, err := page.Fold(page.Page{}, []page.Stored{{Name: "r", Seq: 1, Data: puts(time.UnixMilli(1), items...)}}, 1, 1)
		if err != nil {
			rt.Fatal(err)
		}
		most := limit{items: rapid.IntRange(-1, 30).Draw(rt, "most items"), bytes: rapid.IntRange(-1, 6000).Draw(rt, "most bytes")}
		ids := excess(p, most, 1)

		left, bytes, movable := 0, 0, 0
		whole := map[string]bool{} // group: evicted
		for i := range p.Len() {
			gone := slices.Contains(ids, p.ID(i))
			if gone && p.Row(i).Flags&page.Pinned != 0 {
				rt.Fatalf("pinned item %s goes", p.ID(i))
			}
			if g := p.GroupName(i); g != "" {
				if was, seen := whole[g]; seen && was != gone {
					rt.Fatalf("group %s is split", g)
				}
				whole[g] = gone
			}
			if !gone {
				left, bytes = left+1, bytes+sizeOf(p, i)
			}
		}
		for _, u := range first(units(p, 1)) {
			if !u.pinned && !slices.Contains(ids, p.ID(u.items[0])) {
				movable += len(u.items)
			}
		}
		over := !fits(left, most.items, 1) || !fits(bytes, most.bytes, 1)
		if over && movable > 1 {
			rt.Fatalf("%d items, %d bytes left of at most %+v, and more could go", left, bytes, most)
		}
	})
}

func first[T any](list []T, _, _ int) []T { return list }

func TestSweepRemovesWhatIsDead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mortal := item("mortal", strings.Repeat("long text ", 100))
	mortal.Expires = w.clock.now().Add(time.Minute).UnixMilli()
	w.add(session("s"), "r1", puts(w.clock.now(), mortal, item("stays", "x")))
	w.add(session("s"), "r2", puts(w.clock.now(), item("deleted", strings.Repeat("long text ", 100))))
	w.add(session("s"), "r3", deletes(w.clock.now(), "deleted"))
	w.clock.advance(2 * time.Minute)
	w.sweepNow()
	b, err := w.short.loadAny(t.Context(), ownerSubject(w.short.root, session("s")))
	if err != nil || len(b.segs) != 1 || strings.Contains(string(b.segs[0].Data), "long text") {
		t.Fatalf("%d segments, %v; want one without the dead texts", len(b.segs), err)
	}
	if n := metric(t, w.reg, "context_manager_gc_removed_total", "what", "expired_items"); n != 1 {
		t.Errorf("%v expired items counted", n)
	}

	// Tombstones stay until no page can hold what they bury, then go too.
	entries := func() int {
		b, err := w.short.loadAny(t.Context(), ownerSubject(w.short.root, session("s")))
		if err != nil || len(b.segs) != 1 {
			t.Fatalf("%d segments, %v", len(b.segs), err)
		}
		head, err := page.ReadHead(b.segs[0].Data)
		if err != nil {
			t.Fatal(err)
		}
		return head.Entries
	}
	if n := entries(); n != 3 {
		t.Fatalf("%d entries; want the item and two tombstones", n)
	}
	w.clock.advance(w.cfg.tombstoneLife() + time.Second)
	w.sweepNow()
	if n := entries(); n != 1 {
		t.Fatalf("%d entries; want the item alone", n)
	}
	if _, got := w.see(session("s"), page.Freshness{}); got != "stays=x" {
		t.Fatalf("left: %q", got)
	}
}

func TestEmptiedOwnersVanish(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(user("u"), "a", "1")
	w.add(user("u"), "del", deletes(w.clock.now(), "a"))
	w.clock.advance(w.cfg.jobMemory() + time.Second)
	w.sweepNow() // the item goes
	w.clock.advance(w.cfg.tombstoneLife() + time.Second)
	w.sweepNow() // what buried it goes
	if n := w.segments(user("u")); n != 0 {
		t.Fatalf("%d segments of an owner without items", n)
	}
}

func TestForgottenSessionsGoAndActiveOnesStay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.GC.ForgetShort = 24 * time.Hour })
	w.store(session("old"), "a", "1")
	w.store(user("old"), "a", "1")
	w.store(session("active"), "a", "1")
	w.clock.advance(23 * time.Hour)
	w.store(session("active"), "b", "2")
	w.clock.advance(2 * time.Hour)
	w.sweepNow()
	for o, want := range map[messages.Owner]string{session("old"): "", session("active"): "a=1 b=2", user("old"): "a=1"} {
		if _, got := w.see(o, page.Freshness{Reload: true}); got != want {
			t.Errorf("%s %s has %q; want %q", o.Kind, o.ID, got, want)
		}
	}
	w.clock.advance(w.cfg.jobMemory() + w.cfg.tombstoneLife() + time.Second)
	w.sweepNow()
	w.shrinks(session("old"), 0)
}

// A page in another worker's L1 learns that its owner was forgotten even where
// its read shares a request, which does not tell whose log is gone.
func TestForgottenSessionsLeaveOthersPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.GC.ForgetShort, c.L1.PageLife = time.Minute, time.Hour })
	w.store(session("old"), "a", "1")
	w.store(session("new"), "b", "2")
	other := onServer(t, w.server, w.clock, func(c *Config) { c.L1.PageLife = time.Hour })
	other.see(session("old"), page.Freshness{})
	other.see(session("new"), page.Freshness{})
	w.clock.advance(2 * time.Minute)
	w.store(session("new"), "c", "3")
	w.sweepNow()
	got := other.together(session("old"), session("new"))
	if got[0] != "" || got[1] != "b=2 c=3" {
		t.Errorf("%q", got)
	}
}

func TestSweepCompactsWhatNobodyDid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(session("s"), 30)
	w.sweepNow()
	w.shrinks(session("s"), 1)
}

func TestLaterSweepsLookAtChangesAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.GC.FullEvery = 3 })
	for i := range 5 {
		w.store(session(fmt.Sprint("s", i)), "a", "1")
	}
	c := w.newCollection()
	owners := func() float64 { return metric(t, w.reg, "context_manager_gc_owners_total", "", "") }
	for i, want := range []float64{5, 6, 6, 11} { // all, the one that changed, none, all again
		if i == 1 {
			w.store(session("s3"), "b", "2")
		}
		if err := c.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := owners(); got != want {
			t.Fatalf("after sweep %d: %v owners looked at in all; want %v", i+1, got, want)
		}
	}
}

// A stream that was made anew, or came back without its newest messages, counts
// from before where the last sweep ended.
func TestASweepBeginsAnewInAStreamThatWasMadeAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.GC.SessionItems = 1 })
	c := w.newCollection()
	sweep := func() {
		t.Helper()
		if err := c.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 20 {
		w.store(session("before"), fmt.Sprint(i), "x")
	}
	sweep()
	for _, more := range []int{0, 40} { // than there were, by when the sweep comes
		w.deleteStream(w.short.stream.Name)
		if err := w.streams.Ensure(t.Context()); err != nil {
			t.Fatal(err)
		}
		o := session(fmt.Sprintf("after-%d", more))
		w.store(o, "a", "1")
		w.store(o, "b", "2")
		for i := range more {
			w.store(session("other"), fmt.Sprint(i), "x")
		}
		sweep()
		if v, got := w.see(o, page.Freshness{Reload: true}); v.Page.Len() != 1 {
			t.Errorf("%q is left of an owner who may have one item", got)
		}
	}
}
