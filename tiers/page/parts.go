package page

import "encoding/binary"

const (
	// entryExtra is the most that an entry takes beside what it has: kind,
	// origin, time and lengths.
	entryExtra = 64
	// stringExtra is the most that a string of the table takes beside itself,
	// with the number that refers to it.
	stringExtra = 2 * binary.MaxVarintLen32
	// absorbedExtra is the most that an absorbed name takes beside itself.
	absorbedExtra = 3 * binary.MaxVarintLen64
	// partExtra is the most that a segment has beside entries and lists.
	partExtra = segmentHeader + 6*binary.MaxVarintLen64
)

// bound is the most that an entry takes in a segment of any other ones.
func (e *rawEntry) bound(it *Item) int {
	size := entryExtra + len(e.id) + len(e.item)
	for _, s := range [...]string{it.Name, it.Group, it.Language} {
		size += len(s) + stringExtra
	}
	for _, pair := range it.Metadata {
		size += len(pair.Key) + stringExtra
	}
	return size
}

// divide gives the parts of a merged segment. The first has all sources. The
// others have the newest, by which the order of a log's segments is known.
func (s *Segment) divide(bounds []int, most int) []Segment {
	d := dividing{most: most, parts: []Segment{{Sources: s.Sources}}}
	d.has = partExtra + len(s.Sources)*binary.MaxVarintLen64
	newest := s.Sources[len(s.Sources)-1:]
	for _, a := range s.Absorbed {
		p := d.room(len(a.Name)+absorbedExtra, newest)
		p.Absorbed = append(p.Absorbed, a)
	}
	for i, e := range s.Entries {
		p := d.room(bounds[i], newest)
		p.Entries = append(p.Entries, e)
	}
	return d.parts
}

// A dividing is a segment's division under way.
type dividing struct {
	most, has int // bytes: of a part, and of the one at hand
	parts     []Segment
}

// room gives the part that so many bytes more go into: another one if they
// would be too many, and there is more than this to make room for.
func (d *dividing) room(bytes int, newest []uint64) *Segment {
	p := &d.parts[len(d.parts)-1]
	if d.has > d.most-bytes && len(p.Absorbed)+len(p.Entries)+len(p.Sources) > 1 {
		d.parts = append(d.parts, Segment{Sources: newest})
		d.has, p = partExtra+binary.MaxVarintLen64, &d.parts[len(d.parts)-1]
	}
	d.has += bytes
	return p
}
