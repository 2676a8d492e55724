package page

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestLookupFindsWhatPostingsDo is for a dictionary of many blocks, near ones
// and far ones being asked for, and for hashes that no item has.
func TestLookupFindsWhatPostingsDo(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	var hashes []uint32
	items := make([]Item, 300)
	for i := range items {
		items[i] = Item{ID: fmt.Sprintf("i%03d", i), Level: ShortTerm, Role: User, Text: "x"}
		for range 12 {
			hash := random.Uint32()
			if random.IntN(4) == 0 && len(hashes) > 0 {
				hash = hashes[random.IntN(len(hashes))]
			}
			if !slices.ContainsFunc(items[i].Terms, func(t Term) bool { return t.Hash == hash }) {
				items[i].Terms = append(items[i].Terms, Term{Hash: hash, D: uint8(1 + random.IntN(3))})
				hashes = append(hashes, hash)
			}
		}
	}
	p, err := Fold(Page{}, inSegments(items, 6), 6, 0)
	if err != nil {
		t.Fatal(err)
	}
	if p.blocks() < 100 {
		t.Fatalf("%d blocks: too few to show anything", p.blocks())
	}
	for _, n := range []int{1, 5, 40, 300, 3000} {
		asked := make([]uint32, n)
		for i := range asked {
			if asked[i] = random.Uint32(); i%2 == 0 {
				asked[i] = hashes[random.IntN(len(hashes))]
			}
		}
		slices.Sort(asked)
		lookup := p.Lookup()
		for _, hash := range asked {
			got, want := lookup.Postings(hash), p.Postings(hash)
			if got.Len() != want.Len() {
				t.Fatalf("of %d: term %d is in %d items; want %d", n, hash, got.Len(), want.Len())
			}
			for range want.Len() {
				i, d, q, ok := got.Next()
				if wi, wd, wq, _ := want.Next(); i != wi || d != wd || q != wq || !ok {
					t.Fatalf("of %d: term %d: %d %d %d, want %d %d %d", n, hash, i, d, q, wi, wd, wq)
				}
			}
		}
	}
}
