package tiers

import (
	"slices"
	"testing"
	"time"

	"github.com/context-manager/context-manager/tiers/page"
)

// Nine tenths of one are none, and an owner that may have one item keeps it.
func TestALimitOfOneLeavesOne(t *testing.T) {
	t.Parallel()
	old, young := item("old", "1"), item("young", "1")
	young.Time++
	p, err := page.Fold(page.Page{}, []page.Stored{{Name: "r", Seq: 1, Data: puts(time.UnixMilli(1), old, young)}}, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	if ids := excess(p, limit{items: 1, bytes: -1}, 1); !slices.Equal(ids, []string{"old"}) {
		t.Errorf("%v go of two; want the older one", ids)
	}
}
