package page

import "encoding/binary"

// A stringTable is one of a page's tables of strings that many items share:
// how many, where each ends, then their bytes. Its numbers begin at 0.
type stringTable struct{ b []byte }

func (p Page) strings(section int) stringTable {
	if p.b == nil {
		return stringTable{}
	}
	return stringTable{p.b[p.section(section):p.section(section+1)]}
}

func (t stringTable) len() int {
	if t.b == nil {
		return 0
	}
	return int(binary.LittleEndian.Uint32(t.b))
}

func (t stringTable) at(n uint32) string {
	text := t.b[4+4*t.len():]
	var start uint32
	if n > 0 {
		start = binary.LittleEndian.Uint32(t.b[4*n:])
	}
	return alias(text[start:binary.LittleEndian.Uint32(t.b[4+4*n:])])
}

// A numbering gives strings numbers in the order in which they come, and so
// writes a stringTable. Strings of an older page keep their place in old, so
// that carrying an item over costs no look-up by string.
type numbering struct {
	list    []string
	known   map[string]uint32 // of all in list, once it pays
	lookups int
	from    stringTable // of the page that items are carried from
	old     []uint32    // by number there: the number here plus 1, 0 if not given yet
}

// fewStrings is up to how many strings, or look-ups, comparing with each is
// quicker than making a map.
const fewStrings = 16

func (n *numbering) number(s string) uint32 {
	if k, ok := n.find(s); ok {
		return k
	}
	k := uint32(len(n.list))
	if n.known != nil {
		n.known[s] = k
	}
	n.list = append(n.list, s)
	return k
}

func (n *numbering) find(s string) (uint32, bool) {
	n.lookups++
	switch {
	case n.known != nil:
		k, ok := n.known[s]
		return k, ok
	case len(n.list) <= fewStrings || n.lookups <= fewStrings:
		for k := len(n.list) - 1; k >= 0; k-- {
			if n.list[k] == s {
				return uint32(k), true
			}
		}
		return 0, false
	}
	n.known = make(map[string]uint32, 2*len(n.list))
	for k, s := range n.list {
		n.known[s] = uint32(k)
	}
	k, ok := n.known[s]
	return k, ok
}

// keep takes over all strings of the older page under their numbers.
func (n *numbering) keep() {
	n.list = make([]string, n.from.len())
	for k := range n.list {
		n.list[k] = n.from.at(uint32(k))
	}
}

// carry gives the number here of what has number k in the older page.
func (n *numbering) carry(k uint32) uint32 {
	if n.old == nil {
		n.old = make([]uint32, n.from.len())
	}
	if n.old[k] == 0 {
		n.old[k] = n.number(n.from.at(k)) + 1
	}
	return n.old[k] - 1
}

func (n *numbering) appendTable(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(len(n.list)))
	var end uint32
	for _, s := range n.list {
		end += uint32(len(s))
		b = binary.LittleEndian.AppendUint32(b, end)
	}
	for _, s := range n.list {
		b = append(b, s...)
	}
	return b
}
