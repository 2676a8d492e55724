package analyze

import "container/heap"

// A merging is byte-pair encoding of a piece: of all two neighbours that are a
// token together those of the lowest rank become one, and of one rank the
// leftmost, until no two are.
type merging struct {
	ranks  map[string]uint32
	piece  string
	end    []int32 // by where a part begins: where it ends; 0 where none begins
	before []int32 // by where a part begins: where the one before it does
	parts  int
	queue  pairs
}

// newMerging begins with a part for each byte.
func newMerging(ranks map[string]uint32, piece string) *merging {
	n := len(piece)
	m := &merging{ranks: ranks, piece: piece, end: make([]int32, n), before: make([]int32, n+1), parts: n}
	for i := range n {
		m.end[i], m.before[i+1] = int32(i)+1, int32(i)
	}
	for i := range n {
		if p, ok := m.pair(int32(i)); ok {
			m.queue = append(m.queue, p)
		}
	}
	heap.Init(&m.queue)
	return m
}

// run merges until there is nothing to merge, and gives how many parts are left.
func (m *merging) run() int {
	for len(m.queue) > 0 {
		next, _ := heap.Pop(&m.queue).(pair)
		at := next.at()
		if now, ok := m.pair(at); !ok || now != next {
			continue // one of the two has become another since
		}
		m.merge(at)
		m.offer(at)
		if at > 0 {
			m.offer(m.before[at])
		}
	}
	return m.parts
}

// merge makes the part at a place one with the next.
func (m *merging) merge(at int32) {
	middle := m.end[at]
	end := m.end[middle]
	m.end[at], m.end[middle], m.before[end] = end, 0, at
	m.parts--
}

func (m *merging) offer(at int32) {
	if p, ok := m.pair(at); ok {
		heap.Push(&m.queue, p)
	}
}

// pair is the part at a place and the next, if they are a token together.
func (m *merging) pair(at int32) (p pair, ok bool) {
	middle := m.end[at]
	if middle == 0 || int(middle) == len(m.piece) {
		return 0, false
	}
	rank, ok := m.ranks[m.piece[at:m.end[middle]]]
	return pair(rank)<<32 | pair(at), ok
}

// A pair is two neighbours: their rank in the upper half, where they begin in the lower.
type pair uint64

func (p pair) at() int32 { return int32(uint32(p)) }

// pairs are a heap: the lowest rank first, then the leftmost.
type pairs []pair

func (q pairs) Len() int           { return len(q) }
func (q pairs) Less(i, j int) bool { return q[i] < q[j] }
func (q pairs) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }

// Push and Pop are the heap's.
func (q *pairs) Push(x any) {
	if p, ok := x.(pair); ok {
		*q = append(*q, p)
	}
}

func (q *pairs) Pop() any {
	last := len(*q) - 1
	top := (*q)[last]
	*q = (*q)[:last]
	return top
}
