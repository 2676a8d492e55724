// Package generations remembers a bounded number of values, the newest of them
// at least, without a clock and without a list: when the younger generation is
// full it becomes the older, and the older is forgotten.
package generations

// A Map has values by hash. What was set is remembered for at least a
// generation. Make one with New. It has no lock of its own.
type Map[V any] struct {
	limit          int // values of each
	younger, older map[uint64]V
}

// New makes an empty map, whose generations have up to limit values each.
func New[V any](limit int) Map[V] {
	return Map[V]{limit: limit, younger: make(map[uint64]V)}
}

// Find returns the value that was set last, if it is known still.
func (m *Map[V]) Find(key uint64) (v V, known bool) {
	if v, known = m.younger[key]; !known {
		v, known = m.older[key]
	}
	return v, known
}

// Set remembers a value. Who sets asks Full first, and turns: Set does not,
// since some turn by age, too, and must know when.
func (m *Map[V]) Set(key uint64, v V) { m.younger[key] = v }

// Full tells whether it is time to turn.
func (m *Map[V]) Full() bool { return len(m.younger) >= m.limit }

// Turn begins another generation.
func (m *Map[V]) Turn() { m.older, m.younger = m.younger, make(map[uint64]V) }
