package attacks

import (
	"testing"
	"time"

	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers"
)

// One tenant asks with deadlines that pass while the tier answers. That says
// nothing about the tier, so others are served as before.
func TestDeadlinesThatPassAtOnceFailNobodyElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, rig.Tiers(func(c *tiers.Config) { c.Breaker.Open = time.Hour }))
	wantDone(t, w.ask(w.sign(storing("i", "the victim's"))))
	for range 10 {
		for range 60 {
			l := listing().by("mallory").of(attacker)
			l.life = 4 * time.Millisecond
			w.publish(w.sign(l))
		}
		wantDone(t, w.ask(w.sign(listing())))
		wantDone(t, w.ask(w.sign(letter{op: messages.OpAssemble, body: messages.AssembleRequest{Session: "s", MaxTokens: 100}})))
	}
	if open := w.count("breaker_state"); open != 0 {
		t.Errorf("a circuit breaker is open: %v", open)
	}
}
