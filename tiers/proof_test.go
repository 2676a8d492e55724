package tiers

import (
	"slices"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/page"
)

// A proof that nothing was written writes nothing, and is removed again: what was
// stored after it under the same condition counts, with it and without it. Else who
// read while it was there and who read later would not come to one verdict.
func TestAProofOvertakesNothing(t *testing.T) {
	t.Parallel()
	at := newClock().now()
	var b batch
	b.take(page.Stored{Name: "a", Seq: 3, Data: puts(at, item("a", "x"))})
	b.take(page.Stored{Name: proofPrefix + "1", Seq: 6, Data: page.AppendSegment(nil, page.Segment{At: at.UnixMilli()})})
	b.take(page.Stored{Name: "c", Seq: 9, Data: puts(at, item("c", "x"))})
	b.conds = []conditional{{6, 3}, {9, 3}}
	whole, err := b.settle(0, 0)
	if err != nil || !whole || b.isVoid(9) || b.foreign != 0 {
		t.Errorf("void %v, whole %v, %d foreign, %v; what came after the proof counts", b.void, whole, b.foreign, err)
	}
	b.conds = []conditional{{6, 1}}
	written, err := writtenAt(b.segs)
	if err != nil || !b.overtaken(written, b.conds[0]) {
		t.Errorf("a proof that something was written before proves that nothing was, %v", err)
	}
}

// Nor does it once a merge has seen it: that would remember its place.
func TestAProofIsNotMerged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Compact.Segments = 1 })
	w.store(session("s"), "a", "1")
	o := ownerSubject(w.short.root, session("s"))
	left := &nats.Msg{Subject: segmentSubject(o, ownName(proofPrefix)), Data: page.AppendSegment(nil, page.Segment{At: w.clock.now().UnixMilli()})}
	ack, err := w.js.PublishMsg(t.Context(), left)
	if err != nil {
		t.Fatal(err)
	}
	w.store(session("s"), "b", "2")
	if done, err := w.Compact(t.Context(), session("s")); err != nil || !done {
		t.Fatalf("compacted %v, %v", done, err)
	}
	w.shrinks(session("s"), 1)
	b, err := w.short.loadAny(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if written, err := writtenAt(b.segs); err != nil || slices.Contains(written, ack.Sequence) {
		t.Errorf("the proof at %d counts as written: %v, %v", ack.Sequence, written, err)
	}
}

// One that is not removed, as of a worker that dies in between, goes with the next
// collection, also where it stands among nobody's segments.
func TestAProofThatIsLeftIsCollected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, under := range []string{w.short.root + nobodys, ownerSubject(w.short.root, session("s"))} {
		left := &nats.Msg{Subject: segmentSubject(under, ownName(proofPrefix)), Data: page.AppendSegment(nil, page.Segment{At: w.clock.now().UnixMilli()})}
		if _, err := w.js.PublishMsg(t.Context(), left); err != nil {
			t.Fatal(err)
		}
		if n := len(w.logOf(under)); n != 1 {
			t.Fatalf("%d segments under %s; want the proof", n, under)
		}
		w.sweepNow()
		await.That(t, "a log without the proof", func() bool { return len(w.logOf(under)) == 0 })
	}
}
