package tiers

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

const largeLog = 200 << 10

// large gives an owner a log of a hundred items of so many bytes together, of
// which this worker has an outline then.
func (w *world) large(o messages.Owner, bytes int) {
	w.t.Helper()
	w.add(o, "large", hundred(w, bytes))
	w.more(o)
}

// hundred are a hundred items of so many bytes together.
func hundred(w *world, bytes int) []byte {
	items := make([]page.Item, 100)
	for i := range items {
		items[i] = item(fmt.Sprint("large", i), strings.Repeat("x", bytes/len(items)))
	}
	return puts(w.clock.now(), items...)
}

// perLook is how many segments there are to be for each look at a log.
func (w *world) perLook() int { return w.cfg.Compact.Segments + 1 }

// more appends as many segments of an item each, and merges them.
func (w *world) more(o messages.Owner) {
	w.t.Helper()
	w.append(o)
	w.merges(o)
	w.shrinks(o, w.cfg.Compact.Segments) // most removals are not answered
}

func (w *world) append(o messages.Owner) {
	w.t.Helper()
	for range w.perLook() {
		w.store(o, ownName(""), "x")
	}
}

func (w *world) merges(o messages.Owner) {
	w.t.Helper()
	if done, err := w.Compact(w.t.Context(), o); !done || err != nil {
		w.t.Fatalf("merged: %v, %v", done, err)
	}
}

// looks is how often all of a log was read to be compacted, or its newest part.
func (w *world) looks(extent string) int {
	w.t.Helper()
	return int(metric(w.t, w.reg, "context_manager_compaction_reads_total", "extent", extent))
}

// mergeBeside writes a merged segment and leaves what it was made of, as a
// merge does of which another part is to come.
func (w *world) mergeBeside(o messages.Owner, sources []page.Stored) {
	w.t.Helper()
	wildcard := ownerSubject(w.short.root, o)
	cond := jet.Expected{Subject: segmentSubject(wildcard, sources[0].Name), Seq: sources[0].Seq}
	if _, err := w.short.put(w.t.Context(), wildcard, ownName(mergedPrefix), merged(w.t, page.MergeOptions{}, sources...), cond); err != nil {
		w.t.Fatal(err)
	}
}

// What a store costs in compaction does not grow with what its owner has: of a
// large log what is new is read, and what is merged with it.
func TestCompactionReadsWhatIsNewOfALargeLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.large(session("s"), largeLog)
	const looks = 10
	asked := w.listen("$JS.API.STREAM.MSG.GET.>", "$JS.API.DIRECT.GET.>")
	read := uint64(0)
	for range looks {
		w.append(session("s"))
		before := w.nc.Stats().InBytes
		w.merges(session("s"))
		read += w.nc.Stats().InBytes - before
		w.shrinks(session("s"), w.cfg.Compact.Segments)
	}
	if read > largeLog/2 {
		t.Errorf("%d compactions read %d bytes, of a log of %d", looks, read, largeLog)
	}
	if got := w.looks("newest"); got != looks {
		t.Errorf("the newest part was read %d times, want %d", got, looks)
	}
	for _, m := range asked(looks) {
		if strings.Contains(m.Subject, ".MSG.GET.") {
			t.Errorf("asked whether a merge of its own is over: %s", m.Data)
		}
	}
	want := 100 + (looks+1)*w.perLook()
	if v, _ := w.see(session("s"), page.Freshness{Reload: true}); v.Page.Len() != want {
		t.Errorf("%d items, want %d", v.Page.Len(), want)
	}
}

// A merge by another worker that is over needs no look at the whole log: its
// sources are gone, and it stands for them.
func TestAMergeByAnotherWorkerIsTakenIntoTheOutline(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := onServer(t, w.server, w.clock)
	w.large(session("s"), largeLog)
	other.more(session("s"))
	w.more(session("s"))
	if got := w.looks("newest"); got != 1 {
		t.Errorf("the newest part was read %d times, want once", got)
	}
	if v, _ := w.see(session("s"), page.Freshness{Reload: true}); v.Page.Len() != 100+3*w.perLook() {
		t.Errorf("%d items", v.Page.Len())
	}
}

// A merge counts as old as what it holds, though it is written after what came
// in between: nothing is merged with it and not with that.
func TestAMergeThatCameLateKeepsItsPlaceInAnOutline(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o, wildcard := session("s"), ownerSubject(w.short.root, session("s"))
	w.large(o, largeLog)
	w.store(o, "before", "x")
	log := w.logOf(wildcard)
	w.add(o, "between", puts(w.clock.now(), item("between", strings.Repeat("y", largeLog/5))))
	if done, err := w.Compact(t.Context(), o); done || err != nil { // it has them in the outline
		t.Fatalf("merged: %v, %v", done, err)
	}
	if err := w.short.merge(t.Context(), wildcard, log[1:]); err != nil { // read before there was one in between
		t.Fatal(err)
	}
	w.shrinks(o, 3)
	late := w.logOf(wildcard)[2]
	w.more(o)
	if !slices.ContainsFunc(w.logOf(wildcard), func(s page.Stored) bool { return s.Seq == late.Seq }) {
		t.Errorf("%s was merged, and what came in between was not", late.Name)
	}
}

// What a plain store has replaced shows in no outline: who loads the log sees it.
func TestAReaderWhoFindsWasteHasTheLogReadWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.large(session("s"), 2*largeLog)
	w.add(session("s"), "small", hundred(w, 0)) // in their place
	if bytes, _ := w.logSize(session("s")); bytes < largeLog {
		t.Fatalf("%d bytes: there is no waste to find", bytes)
	}
	w.see(session("s"), page.Freshness{Reload: true})
	w.more(session("s"))
	await.That(t, "what was replaced is gone", func() bool { bytes, _ := w.logSize(session("s")); return bytes < largeLog/4 })
}

// How many outlines there are is bounded.
func TestOutlinesAreBounded(t *testing.T) {
	t.Parallel()
	o := outlines{from: 10}
	for i := range 3 * maxOutlines {
		o.put(fmt.Sprint(i), outline{whole: 10})
		if len(o.of) > maxOutlines {
			t.Fatalf("%d outlines", len(o.of))
		}
	}
	o.put("small", outline{whole: 9})
	if _, ok := o.take("small", 0); ok {
		t.Error("a small log has an outline")
	}
}
