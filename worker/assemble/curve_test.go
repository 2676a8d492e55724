package assemble

import "testing"

// TestALongTextComesBeforeAShortOne: of two that match alike the one with more to say
// does, also where both are longer than most.
func TestALongTextComesBeforeAShortOne(t *testing.T) {
	t.Parallel()
	par := defaults()
	var c curves
	c.make(&par)
	for _, words := range []uint16{0, 1, 30, 254, 255, 256, 1000, 65_534} {
		if less, more := c.priorOf(words), c.priorOf(words+1); less >= more || words > 0 && less <= 0 {
			t.Errorf("%d words have %v before others, one more %v", words, less, more)
		}
	}
}
