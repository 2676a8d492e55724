package page

import (
	"slices"
	"strings"
)

// Item gives item i whole, sharing nothing with the page. Its terms have to be
// gathered from all postings: for more than one item see Items.
func (p Page) Item(i int) Item {
	return p.Items([]int{i})[0]
}

// Items gives the items of these indices whole, sharing nothing with the page.
func (p Page) Items(indices []int) []Item {
	items := make([]Item, len(indices))
	all := p.termsOf(indices)
	for k, i := range indices {
		it := &items[k]
		p.view(i, it)
		it.ID, it.Text = string(p.AppendID(nil, i)), strings.Clone(it.Text)
		it.Name, it.Group, it.Language = strings.Clone(it.Name), strings.Clone(it.Group), strings.Clone(it.Language)
		for m := range it.Metadata {
			pair := &it.Metadata[m]
			pair.Key, pair.Value = strings.Clone(pair.Key), strings.Clone(pair.Value)
		}
		it.Terms = all[k]
	}
	return items
}

// view fills in all of item i but its terms, its strings aliased.
func (p Page) view(i int, it *Item) {
	r := p.Row(i)
	*it = Item{
		ID: p.ID(i), Level: r.Level, Role: r.Role, Flags: r.Flags,
		Name: p.Name(i), Text: p.Text(i), Group: p.groupOf(r.Group), Language: p.Language(i),
		Metadata: p.Metadata(i), Time: r.Time, Expires: r.Expires, Importance: r.Importance, Accesses: r.Accesses,
		LineTokens: r.LineTokens, TextTokens: r.TextTokens, WordsD: r.WordsD, WordsQ: r.WordsQ,
		Saying: r.Saying, Embedding: p.Embedding(i),
	}
}

// termsOf gathers the terms of these items, each in order of hash.
func (p Page) termsOf(indices []int) [][]Term {
	all := make([][]Term, len(indices))
	slot := make([]int32, p.Len()) // by item: its place in indices plus 1, 0 if it is not asked for
	for k, i := range indices {
		slot[i] = int32(k) + 1
	}
	for k := range p.blocks() {
		for c := p.block(k); c.next(); {
			c.gather(all, slot)
		}
	}
	for k, i := range indices { // an index may be asked for twice
		all[k] = slices.Clone(all[slot[i]-1])
	}
	return all
}

// gather adds the term at hand to those of the items that have it and a slot.
func (c *termCursor) gather(all [][]Term, slot []int32) {
	ps := c.postings()
	for i, d, q, ok := ps.Next(); ok; i, d, q, ok = ps.Next() {
		if k := slot[i]; k > 0 {
			all[k-1] = append(all[k-1], Term{Hash: c.hash, D: d, Q: q})
		}
	}
}
