package tiers

import (
	"testing"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// A merged segment whose acknowledgement was lost is there when it is published
// again. That its name is taken is then no failure, and nothing is full.
func TestAMergeWhoseAcknowledgementIsLostIsFoundAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(session("s"), 3)
	wildcard := ownerSubject(w.short.root, session("s"))
	segs := w.logOf(wildcard)
	o := owning{
		tier: w.short, subject: segmentSubject(wildcard, ownName(mergedPrefix)), data: merged(t, page.MergeOptions{}, segs...),
		cond: jet.Expected{Subject: segmentSubject(wildcard, segs[0].Name), Seq: segs[0].Seq},
	}
	first, err := o.try(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	o.unclear = true // as after a publish that was not acknowledged
	if again, err := o.try(t.Context()); err != nil || again != first {
		t.Errorf("published again: %d, %v; want %d", again, err, first)
	}
}
