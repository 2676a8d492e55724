package generations

import (
	"testing"

	"pgregory.net/rapid"
)

// However keys come, the newest of a generation's number are known with what was
// set last, and no more than two generations are held.
func TestTheNewestAreKnownAndNoMoreThanTwoGenerationsAreHeld(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 8).Draw(t, "limit")
		keys := rapid.SliceOf(rapid.Uint64Range(0, 40)).Draw(t, "keys")
		m := New[int](limit)
		last := map[uint64]int{}
		for i, key := range keys {
			if m.Full() {
				m.Turn()
			}
			m.Set(key, i)
			last[key] = i
			for _, newest := range keys[max(0, i+1-limit) : i+1] {
				if v, known := m.Find(newest); !known || v != last[newest] {
					t.Fatalf("after %v: %d is %d, known %t; want %d", keys[:i+1], newest, v, known, last[newest])
				}
			}
			if n := len(m.younger) + len(m.older); n > 2*limit {
				t.Fatalf("%d values are held, of generations of %d", n, limit)
			}
		}
	})
}

func TestATurnForgetsTheOlderGeneration(t *testing.T) {
	t.Parallel()
	m := New[string](10)
	m.Set(1, "one")
	m.Turn()
	if v, known := m.Find(1); !known || v != "one" {
		t.Fatalf("after one turn: %q, %t", v, known)
	}
	m.Turn()
	if v, known := m.Find(1); known {
		t.Fatalf("after two turns: %q is known", v)
	}
}
