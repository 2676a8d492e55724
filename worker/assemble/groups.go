package assemble

import "github.com/context-manager/context-manager/tiers/page"

// groups are the items that come together or not at all, numbered over both
// pages: a tool call and its result.
type groups struct {
	groupCount  int
	broken      bool       // a group is
	inGroup     []groupSum // by group number
	mate        []int32    // by item: the next one of its group, in a ring, none if it has no group
	lastOfGroup []int32
}

// A groupSum is what the open items of a group come to, as lines. Since they come
// together, what one of them costs is known without the others.
type groupSum struct {
	items, tokens int32
	broken        bool // a filter takes an item of it out
}

func (g *groupSum) add(row *page.Row) {
	g.items++
	g.tokens += int32(row.LineTokens)
}

func (g *groups) begin(count int) {
	g.groupCount, g.broken = count, false
	g.inGroup = resizeZero(g.inGroup, count+1)
}

func (g *groups) breakGroup(n int32) { g.inGroup[n].broken, g.broken = true, true }

// link makes a ring of the items of each group, of which it is given each item's.
func (g *groups) link(group []int32) {
	g.mate = resize(g.mate, len(group))
	if g.groupCount == 0 {
		for i := range g.mate {
			g.mate[i] = none
		}
		return
	}
	g.lastOfGroup = resize(g.lastOfGroup, g.groupCount+1)
	for n := range g.lastOfGroup {
		g.lastOfGroup[n] = none
	}
	for i, n := range group {
		last := g.lastOfGroup[n]
		switch {
		case n == 0:
			g.mate[i] = none
			continue
		case last == none:
			g.mate[i] = int32(i)
		default:
			g.mate[i], g.mate[last] = g.mate[last], int32(i)
		}
		g.lastOfGroup[n] = int32(i)
	}
}
