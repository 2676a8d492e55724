package page

import "encoding/binary"

// The postings of a term that several items have. Each is the gap, the item's
// number less that of the one before, and how often the item has the term.
// Most are one byte, and the rest nearly all two:
//
//	  0–191  once in D, and the gap
//	192–239  once in Q, and the gap past 192
//	240–247  once in D; the gap past 192, its high bits here, its low byte next
//	248–251  once in Q; the gap past 48, its high bits here, its low byte next
//	252      twice in D, the gap as a varint
//	253      the gap as a varint, and counts as appendCounts says
//	254      once in D, the gap as a varint
//	255      once in Q, the gap as a varint
const (
	nearQ    = 192
	midD     = 240
	midQ     = 248
	farTwice = 252
	farCount = 253
	farD     = 254
	farQ     = 255

	mostNearQ = midD - nearQ
	mostMidD  = nearQ + (midQ-midD)<<8
	mostMidQ  = mostNearQ + (farTwice-midQ)<<8
)

// A Use is how often an item has a term: in its sentences that state, and in
// those that ask.
type Use struct {
	Item int32
	D, Q uint8
}

// Append adds the items that hold the term to dst, in their order.
func (p Postings) Append(dst []Use) []Use {
	if p.one {
		return append(dst, Use{Item: int32(p.last), D: p.d, Q: p.q})
	}
	last := 0
	for b := p.b; len(b) > 0; {
		if gap := b[0]; gap < nearQ { // most are, and need no call
			last += int(gap)
			b = b[1:]
			dst = append(dst, Use{Item: int32(last), D: 1})
			continue
		}
		var u Use
		b, last, u.D, u.Q = readPosting(b, last)
		u.Item = int32(last)
		dst = append(dst, u)
	}
	return dst
}

// Next gives the next item, and how often the term stands in its sentences
// that state and that ask; ok is false when there are no more.
func (p *Postings) Next() (i int, d, q uint8, ok bool) {
	if len(p.b) == 0 {
		ok, p.one = p.one, false
		return p.last, p.d, p.q, ok
	}
	p.b, p.last, d, q = readPosting(p.b, p.last)
	return p.last, d, q, true
}

// readPosting reads the posting that b begins with, which comes after that of
// item before. What D and Q have alike is told without a branch, since no
// processor could foretell it.
func readPosting(b []byte, before int) (rest []byte, item int, d, q uint8) {
	v := int(b[0])
	if v < midD {
		asks := (v + 256 - nearQ) >> 8
		return b[1:], before + v - nearQ*asks, uint8(1 - asks), uint8(asks)
	}
	if v < farTwice {
		asks := (v + 256 - midQ) >> 8
		gap := nearQ - (nearQ-mostNearQ)*asks + (v-midD-(midQ-midD)*asks)<<8 + int(b[1])
		return b[2:], before + gap, uint8(1 - asks), uint8(asks)
	}
	return readFar(b, before)
}

// readFar is readPosting for those of three bytes and more, and for those with other counts.
func readFar(b []byte, before int) (rest []byte, item int, d, q uint8) {
	gap, n := binary.Uvarint(b[1:])
	rest, item = b[1+n:], before+int(gap)
	switch b[0] {
	case farTwice:
		return rest, item, 2, 0
	case farD:
		return rest, item, 1, 0
	case farQ:
		return rest, item, 0, 1
	}
	d, q = counts(rest)
	return rest[countsSize(rest[0]):], item, d, q
}

// appendPosting writes a posting.
func appendPosting(b []byte, gap uint32, d, q uint8) []byte {
	switch {
	case d == 1 && q == 0:
		switch {
		case gap < nearQ:
			return append(b, byte(gap))
		case gap < mostMidD:
			return append(b, byte(midD+(gap-nearQ)>>8), byte(gap-nearQ))
		}
		return binary.AppendUvarint(append(b, farD), uint64(gap))
	case d == 0 && q == 1:
		switch {
		case gap < mostNearQ:
			return append(b, byte(nearQ+gap))
		case gap < mostMidQ:
			return append(b, byte(midQ+(gap-mostNearQ)>>8), byte(gap-mostNearQ))
		}
		return binary.AppendUvarint(append(b, farQ), uint64(gap))
	case d == 2 && q == 0:
		return binary.AppendUvarint(append(b, farTwice), uint64(gap))
	}
	return appendCounts(binary.AppendUvarint(append(b, farCount), uint64(gap)), d, q)
}

// counts reads what appendCounts wrote.
func counts(b []byte) (d, q uint8) {
	if c := b[0]; c != 0 {
		return c & 15, c >> 4
	}
	return b[1], b[2]
}

// countsSize is how many bytes counts take that begin with c.
func countsSize(c byte) int {
	if c == 0 {
		return 3
	}
	return 1
}
