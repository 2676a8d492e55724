package assemble_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/messages"
)

// TestOnlyFactsAreLiftedToOlderOnes: of other items no lift is told, however the
// parts of their scores round.
func TestOnlyFactsAreLiftedToOlderOnes(t *testing.T) {
	t.Parallel()
	everyCheck(t, func(t *rapid.T, w *world, r messages.AssembleRequest, _ messages.AssembleReply) {
		r.Explain, r.HalfLifeMS = true, rapid.Int64Range(1e9, 1e10).Draw(t, "half_life")
		for _, c := range w.ask(r).Explain {
			if by, lifted := c.Parts["newer"]; lifted && c.Level != messages.LongTerm {
				t.Fatalf("%s is lifted by %v: %v", c.ID, by, c.Parts)
			}
		}
	})
}
