package tiers

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

func TestRunCompactsWhatWritersAndReadersNotice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.background()
	w.fill(session("s"), 40)
	w.shrinks(session("s"), w.cfg.Compact.Segments)

	// Another worker's writes are noticed by who reads.
	quiet := onServer(t, w.server, w.clock)
	quiet.fill(user("u"), 20)
	w.see(user("u"), page.Freshness{})
	w.shrinks(user("u"), w.cfg.Compact.Segments)
	if v, _ := w.see(session("s"), page.Freshness{Reload: true}); v.Page.Len() != 40 {
		t.Fatalf("%d items of 40", v.Page.Len())
	}
}

func TestCompactionLeavesLaterWritesAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(session("s"), 12)
	wildcard := ownerSubject(w.short.root, session("s"))
	b, err := w.short.load(t.Context(), wildcard)
	if err != nil {
		t.Fatal(err)
	}
	w.store(session("s"), "late", "1") // after the compactor has read
	if err := w.short.merge(t.Context(), wildcard, b.segs); err != nil {
		t.Fatal(err)
	}
	w.shrinks(session("s"), 2)
	if v, _ := w.see(session("s"), page.Freshness{Reload: true}); v.Page.Len() != 13 {
		t.Fatalf("%d items; want 13", v.Page.Len())
	}
}

func TestALateCompactorIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(session("s"), 12)
	wildcard := ownerSubject(w.short.root, session("s"))
	b, err := w.short.load(t.Context(), wildcard)
	if err != nil {
		t.Fatal(err)
	}
	if done, err := w.Compact(t.Context(), session("s")); !done || err != nil {
		t.Fatalf("%v, %v", done, err)
	}
	if err := w.short.merge(t.Context(), wildcard, b.segs); !jet.Conflicted(err) {
		t.Fatalf("a merge of segments that are merged already: %v", err)
	}
}

// The oldest segment of a log that was read may be gone when its merge comes.
func TestACompactionWhoseOldestSegmentWentReadsAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Compact.Disabled = true })
	w.fill(session("s"), 20)
	other := onServer(t, w.server, w.clock)
	wildcard := ownerSubject(w.short.root, session("s"))
	oldest := w.logOf(wildcard)[:1]
	heard, now := w.nc.Stats().InMsgs, w.Tiers.clock
	var once sync.Once
	w.Tiers.clock = func() time.Time {
		if w.nc.Stats().InMsgs > heard { // the log has been read
			once.Do(func() {
				if err := other.short.remove(t.Context(), wildcard, oldest); err != nil {
					t.Error(err)
				}
			})
		}
		return now()
	}
	if err := w.compactor.one(t.Context(), wildcard); err != nil {
		t.Error(err)
	}
	w.shrinks(session("s"), w.cfg.Compact.Segments)
}

func TestQueueOfCompactionIsBoundedAndHasNoOwnerTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Compact.Queue = 3 })
	for range 5 {
		w.urge("a")
	}
	if n := len(w.compactor.queue); n != 1 {
		t.Fatalf("one owner is queued %d times", n)
	}
	for i := range 10 {
		w.urge(fmt.Sprint("b", i))
	}
	if n := len(w.compactor.queue); n != 3 {
		t.Fatalf("%d owners in a queue of 3", n)
	}
	if got := metric(t, w.reg, "context_manager_compactions_skipped_total", "", ""); got != 8 {
		t.Fatalf("%v owners counted as skipped", got)
	}
}

func TestCountedWritersAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range maxCounted + 10 {
		w.wrote(fmt.Sprint(i), 1)
	}
	if n := len(w.compactor.writes); n > maxCounted {
		t.Fatalf("%d owners counted", n)
	}
}

// TestMergesRewriteALogarithm grows a log one segment at a time and compacts
// it whenever it is due: it stays short, and what is rewritten in all stays a
// small multiple of what was written.
func TestMergesRewriteALogarithm(t *testing.T) {
	t.Parallel()
	cfg := Config{}.withDefaults().Compact
	const writes, size = 20_000, 400
	sizes, newest, rewritten, longest := []int{}, 0, 0, 0
	for range writes {
		sizes = append(sizes, size)
		newest++
		longest = max(longest, len(sizes))
		if len(sizes) <= cfg.Segments {
			continue
		}
		at := reach(sized(sizes), cfg, 8<<20)
		sum := 0
		for _, s := range sizes[at:] {
			sum += s
		}
		if at < len(sizes)-1 {
			sizes = append(sizes[:at], sum)
			rewritten += sum
		}
	}
	if ratio := float64(rewritten) / (writes * size); ratio > 25 || longest > 2*cfg.Segments {
		t.Fatalf("rewrote %.1f times what was written; longest log %d", ratio, longest)
	}
}

func sized(sizes []int) []piece {
	pieces := make([]piece, len(sizes))
	for i, n := range sizes {
		pieces[i].size = n
	}
	return pieces
}

func TestReachStaysWithinItsBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		cfg := Config{}.withDefaults().Compact
		const most = 10_000
		sizes := rapid.SliceOfN(rapid.IntRange(1, 6000), cfg.Segments+1, 40).Draw(rt, "sizes")
		at := reach(sized(sizes), cfg, most)
		sum := 0
		for _, s := range sizes[at:] {
			sum += s
		}
		if sum > most {
			rt.Fatalf("merges %d bytes of at most %d", sum, most)
		}
		if at > cfg.Segments/2 && sum+sizes[at-1] <= most {
			rt.Fatalf("leaves %d segments although the next one fits", at)
		}
	})
}

// The order in which segments are merged is that of their newest entries: a
// merged one counts as old as what it holds, not as when it was written.
func TestMergedSegmentsKeepTheirPlace(t *testing.T) {
	t.Parallel()
	at := time.UnixMilli(1)
	one := page.Stored{Name: "a", Seq: 1, Data: puts(at, item("a", "1"))}
	two := page.Stored{Name: "b", Seq: 2, Data: puts(at, item("b", "1"))}
	both := page.Stored{Name: mergedPrefix + "1", Seq: 9, Data: merged(t, page.MergeOptions{}, one, two)}
	late := page.Stored{Name: "c", Seq: 8, Data: puts(at, item("c", "1"))}
	pieces, err := inOrder([]page.Stored{late, both})
	if err != nil {
		t.Fatal(err)
	}
	if pieces[0].Name != both.Name || pieces[1].Name != "c" {
		t.Fatalf("order %s, %s", pieces[0].Name, pieces[1].Name)
	}
}

func TestNamesOfWorkersCannotBeRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seen := []string{}
	for _, prefix := range []string{mergedPrefix, evictedPrefix} {
		name := ownName(prefix)
		if slices.Contains(seen, name) {
			t.Fatalf("name %s twice", name)
		}
		seen = append(seen, name)
		w.add(session("s"), name, puts(w.clock.now(), item("a", name))) // a request that calls itself so
	}
	b, err := w.short.loadAny(t.Context(), ownerSubject(w.short.root, session("s")))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range b.segs {
		if strings.HasPrefix(s.Name, mergedPrefix) || strings.HasPrefix(s.Name, evictedPrefix) {
			t.Errorf("a request's segment is named %s", s.Name)
		}
	}
}

// A bucket may take less in one message than the server does.
func TestMergesAreNoLargerThanTheirBucketTakes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const most = 64 << 10
	w.updateStream(w.short, func(c *jetstream.StreamConfig) { c.MaxMsgSize = most })
	if _, err := w.short.refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		id := fmt.Sprintf("i%02d", i)
		w.add(session("s"), id, puts(w.clock.now(), item(id, strings.Repeat("x", 10<<10))))
	}
	if done, err := w.Compact(t.Context(), session("s")); !done || err != nil {
		t.Fatalf("compacted %v, %v", done, err)
	}
	w.shrinks(session("s"), 19)
	w.sweepNow()
	w.shrinks(session("s"), 4)
	if v, _ := w.see(session("s"), page.Freshness{Reload: true}); v.Page.Len() != 20 {
		t.Errorf("%d items of 20", v.Page.Len())
	}
	if _, err := w.Append(t.Context(), session("s"), "large", puts(w.clock.now(), item("a", strings.Repeat("x", most))), page.Condition{}); !messages.HasCode(err, messages.CodeTooLarge) {
		t.Errorf("more than the bucket takes: %v", err)
	}
}

// updateStream changes the settings of a tier's bucket, as an operator does.
func (w *world) updateStream(x *tier, change func(*jetstream.StreamConfig)) {
	w.t.Helper()
	stream, err := w.js.Stream(w.t.Context(), x.stream.Name)
	if err != nil {
		w.t.Fatal(err)
	}
	cfg := stream.CachedInfo().Config
	change(&cfg)
	if _, err := w.js.UpdateStream(w.t.Context(), cfg); err != nil {
		w.t.Fatal(err)
	}
}
