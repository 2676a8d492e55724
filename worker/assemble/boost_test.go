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
