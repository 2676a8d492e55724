package attacks

import (
	"testing"
	"time"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers"
)

// Jobs that a key has sent past its rate stay with the server, which has one
// limit to them for all. They must not use it up: publishing costs no rate.
func TestJobsPastTheRateOfOneKeepNobodyElseOut(t *testing.T) {
	t.Parallel()
	const pending = 64
	slow := envelope.Key{ID: "limited", Secrets: secrets("limited"), Tenants: []string{attacker}, Grants: messages.Grants[:], Rate: 1e-3, Burst: 1}
	w := newWorld(t, 1, rig.Keys(append(everybody(), slow)...), rig.Tiers(func(c *tiers.Config) { c.Streams.MaxAckPending = pending }))
	l := storing("x", "x").of(attacker).by("limited").on(messages.LaneJob)
	l.life, l.reply = 23*time.Hour, envelope.NoReply
	for range 2 * pending {
		if _, err := w.js.PublishMsg(t.Context(), w.sign(l)); err != nil {
			t.Fatal(err)
		}
	}
	wantDone(t, w.submit(w.sign(storing("s", "hello").on(messages.LaneJob))))
	wantTexts(t, w.texts("s"), "hello")
	await.That(t, "what may not be put off is a dead letter, and not lost", func() bool {
		return w.count("dead_letters_total", "code", "rate_limited") >= 2*pending-1-pending/16
	})
}
