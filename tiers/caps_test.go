package tiers

import (
	"slices"
	"testing"
	"time"

	"github.com/context-manager/context-manager/tiers/page"
)

// Nine tenths of one are none, and an item may be larger than all that its owner
// may have: the one that is left stays all the same.
func TestTheMostUsefulItemStays(t *testing.T) {
	t.Parallel()
	old, young := item("old", "1"), item("young", "1")
	young.Time++
	p, err := page.Fold(page.Page{}, []page.Stored{{Name: "r", Seq: 1, Data: puts(time.UnixMilli(1), old, young)}}, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, most := range []limit{{items: 1, bytes: -1}, {items: -1, bytes: 1}} {
		if ids := excess(p, most, 1); !slices.Equal(ids, []string{"old"}) {
			t.Errorf("%+v: %v go of two; want the older one", most, ids)
		}
	}
}
