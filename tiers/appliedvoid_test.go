package tiers

import (
	"testing"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// The first try of an append may be stored, and merged, while its repeat is on
// its way, which then was overtaken by what it repeats. It counts for nothing,
// and what it repeats is applied all the same.
func TestARepeatThatItsFirstTryOvertookIsApplied(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := w.clock.now().UnixMilli()
	wildcard := ownerSubject(w.short.root, session("s"))
	last := w.store(session("s"), "a", "1")
	first := w.store(session("other"), "x", "1") // stands for the first try, which a merge has removed
	again := page.Condition{Unchanged: true, LastSegment: last, Again: true}
	if _, err := w.Append(t.Context(), session("s"), "req", puts(w.clock.now(), item("b", "1")), again); err != nil {
		t.Fatal(err)
	}
	merge := page.AppendSegment(nil, page.Segment{
		At: at, Sources: []uint64{first}, Absorbed: []page.Absorbed{{Name: "req", Seq: first, At: at}},
		Entries: []page.Entry{{Kind: page.Put, Origin: page.Origin{Seq: first}, At: at, Item: item("b", "1")}},
	})
	if _, err := w.short.put(t.Context(), wildcard, ownName(mergedPrefix), merge, jet.Expected{}); err != nil {
		t.Fatal(err)
	}
	for _, state := range []string{"while the repeat is there", "when it is removed"} {
		b, err := w.short.load(t.Context(), wildcard)
		if err != nil {
			t.Fatal(err)
		}
		if seq, found, err := b.find("req"); err != nil || !found || seq != first {
			t.Errorf("%s: found at %d, %v, %v; want %d", state, seq, found, err, first)
		}
		w.short.lead.replicated.Store(true) // only of replicas may the server have let it through
		if seq, done, err := w.Applied(t.Context(), session("s"), "req", 0); err != nil || !done || seq != first {
			t.Errorf("%s: applied at %d, %v, %v; want %d", state, seq, done, err, first)
		}
	}
}
