package tiers

import (
	"cmp"
	"math"
	"slices"

	"github.com/context-manager/context-manager/tiers/page"
)

// A limit is what one owner may have; negative means no limit.
type limit struct{ items, bytes int }

// A unit is what goes or stays together: an item, or all items of a group.
type unit struct {
	items      []int
	bytes      int
	pinned     bool
	importance float32 // highest of its items
	time       int64   // newest of its items
}

const (
	// unrated is the importance of an item that was given none: in the middle,
	// so that an item marked as unimportant goes before it.
	unrated = 0.5
	// evictTo is the share of a limit that is left after eviction, so that the
	// next item does not bring the owner over it again.
	evictTo = 0.9
	// itemOverhead is the bytes of an item beside its text, about.
	itemOverhead = 64
)

// excess names the items of a page that are over a limit: the least useful
// first, that is of the lowest importance and then the oldest; never a pinned
// item, never a part of a group, and never the most useful item of all: one that
// is larger than the limit was acknowledged, and a limit of one means one. Items
// that have expired at now are not counted and not named.
func excess(p page.Page, most limit, now int64) []string {
	units, items, bytes := units(p, now)
	if fits(items, most.items, 1) && fits(bytes, most.bytes, 1) {
		return nil
	}
	slices.SortStableFunc(units, func(a, b *unit) int {
		return cmp.Or(cmp.Compare(a.importance, b.importance), cmp.Compare(a.time, b.time))
	})
	var ids []string
	for k, u := range units {
		if fits(items, most.items, evictTo) && fits(bytes, most.bytes, evictTo) {
			break
		}
		if best := k == len(units)-1 && len(u.items) == 1; u.pinned || best {
			continue
		}
		for _, i := range u.items {
			ids = append(ids, p.ID(i))
		}
		items, bytes = items-len(u.items), bytes-u.bytes
	}
	return ids
}

func fits(have, most int, share float64) bool {
	return most < 0 || float64(have) <= math.Floor(float64(most)*share)
}

// units puts a page's living items together by group.
func units(p page.Page, now int64) (list []*unit, items, bytes int) {
	groups := make(map[uint32]*unit)
	for i := range p.Len() {
		row := p.Row(i)
		if row.Expires != 0 && row.Expires <= now {
			continue
		}
		u := groups[row.Group]
		if u == nil || row.Group == 0 {
			u = &unit{importance: -1, time: math.MinInt64}
			list = append(list, u)
			groups[row.Group] = u
		}
		size := sizeOf(p, i)
		u.add(i, size, row)
		items, bytes = items+1, bytes+size
	}
	return list, items, bytes
}

func (u *unit) add(i, size int, row page.Row) {
	importance := row.Importance
	if importance < 0 {
		importance = unrated
	}
	u.items, u.bytes = append(u.items, i), u.bytes+size
	u.pinned = u.pinned || row.Flags&page.Pinned != 0
	u.importance, u.time = max(u.importance, importance), max(u.time, row.Time)
}

// sizeOf is about what an item takes of its owner's log.
func sizeOf(p page.Page, i int) int {
	size := itemOverhead + len(p.ID(i)) + len(p.Text(i)) + len(p.Name(i)) + len(p.Vector(i))
	for _, pair := range p.Metadata(i) {
		size += len(pair.Key) + len(pair.Value)
	}
	return size
}
