package worker

// generations remember values by hash, a bounded number of them: when the
// younger generation is full it becomes the older, and the older is forgotten.
// So what was set last is remembered for at least a generation.
type generations[V any] struct {
	limit          int // values of each
	younger, older map[uint64]V
}

func newGenerations[V any](limit int) generations[V] {
	return generations[V]{limit: limit, younger: make(map[uint64]V)}
}

func (g *generations[V]) find(key uint64) (v V, known bool) {
	if v, known = g.younger[key]; !known {
		v, known = g.older[key]
	}
	return v, known
}

// full tells whether it is time to turn.
func (g *generations[V]) full() bool { return len(g.younger) >= g.limit }

// turn begins another generation.
func (g *generations[V]) turn() { g.older, g.younger = g.younger, make(map[uint64]V) }
