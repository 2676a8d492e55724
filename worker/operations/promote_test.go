package operations

import (
	"fmt"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// The terms of items are gathered from all of a page, so they are gathered once
// for all items that are moved: for each they would cost a large session
// seconds. AllocsPerRun counts the whole program, so this test is not parallel.
func TestManyItemsAreCopiedAtOnce(t *testing.T) { //nolint:paralleltest // as said
	entries := make([]page.Entry, 200)
	ids := make([]string, len(entries))
	for i := range entries {
		ids[i] = fmt.Sprint("id", i)
		entries[i] = page.Entry{Kind: page.Put, Item: page.Item{ID: ids[i], Text: "text", Terms: []page.Term{{Hash: uint32(i), D: 1}}}}
	}
	segment := page.AppendSegment(nil, page.Segment{Entries: entries})
	p, err := page.Fold(page.Page{}, []page.Stored{{Name: "s", Seq: 1, Data: segment}}, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	o := &operations{Deps: Deps{Stamp: time.Now}}
	for i, e := range o.copies(p, ids, messages.ShortTerm) {
		if e.Item.ID != ids[i] || e.Item.Level != page.ShortTerm || len(e.Item.Terms) != 1 || e.Item.Terms[0].Hash != uint32(i) {
			t.Errorf("%s is copied as %+v", ids[i], e.Item)
		}
	}
	whole := testing.AllocsPerRun(5, func() { p.Item(0) })
	if each := testing.AllocsPerRun(5, func() { o.copies(p, ids, messages.ShortTerm) }) / float64(len(ids)); each >= whole-1 {
		t.Errorf("%v allocations an item, of %v for one alone", each, whole)
	}
}
