package assemble

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// TestAFactorIsItsPartsInTurn, to the bit: rounded otherwise, of two items that
// are as good another would come first.
func TestAFactorIsItsPartsInTurn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		par := defaults()
		c := corpus{speaker: []int32{0}, rows: []page.Row{{
			Level:      rapid.SampledFrom([]page.Level{page.ShortTerm, page.LongTerm}).Draw(t, "level"),
			Flags:      page.Flags(rapid.Byte().Draw(t, "flags")),
			Importance: rapid.SampledFrom([]float32{-1, 0.1, 0.7}).Draw(t, "importance"),
			Accesses:   rapid.Uint32Max(9).Draw(t, "accesses"),
			LineTokens: rapid.Uint32Max(200).Draw(t, "tokens"),
		}}}
		in := &Input{Now: 1e9, Request: &messages.AssembleRequest{HalfLifeMS: rapid.SampledFrom([]int64{0, 1e9, 3e9}).Draw(t, "half_life")}}
		r := ranking{
			query: Query{Kind: Kind(rapid.Byte().Draw(t, "kind"))}, timed: in.Request.HalfLifeMS > 0,
			bySpeaker: []float32{1}, thrift: thrift{share: 1. / 30, fixed: 2.3, least: 7, most: 120}, names: names{namedBy: []int32{0}},
		}
		r.traits.make(r.query.Kind, &par)
		want := float32(1)
		r.eachFactor(&c, in, 0, &par, func(_ string, v float32) { want *= v })
		if got := r.factor(&c, in, 0, &par); got != want {
			t.Fatalf("the factor is %v, its parts in turn %v", got, want)
		}
	})
}

// TestADayThatIsNamedCounts most for what is of it, less for what came after, and
// least for what came before or long after; of two days the nearer one counts.
func TestADayThatIsNamedCounts(t *testing.T) {
	t.Parallel()
	par := defaults()
	span := Span{From: 100 * msPerDay, To: 101 * msPerDay}
	at := func(day float64, spans ...Span) float32 { return dateFactor(spans, int64(day*msPerDay), &par) }
	on, next, later, before := at(100.5, span), at(101.5, span), at(104.5, span), at(99, span)
	if on != float32(1+par.dateBoost) || at(100, span) != on || !(on > next && next > later && later > before && before > 1) {
		t.Errorf("on the day %v, after it %v and %v, before it %v", on, next, later, before)
	}
	if far := at(0, span); far < 1 || far > 1.001 {
		t.Errorf("far away it counts %v", far)
	}
	if both := at(105, span, Span{From: 105 * msPerDay, To: 106 * msPerDay}); both != on {
		t.Errorf("of two days that are named the other counts %v, want %v", both, on)
	}
}
