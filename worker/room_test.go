package worker

import (
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// Who finds no room for what a session has is told that this worker is full, and not
// that a tier did not answer: that would be an outage, which excuses what stops workers.
func TestAnAskThatFindsNoRoomToReadIsNoOutage(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	g := newGate()
	w := r.start(options{
		config: func(c *Config) { c.PageBytes = 128 << 10 }, // one session that is not known has all of it
		deps:   g.holding("held"),
	})
	held := r.sendTogether(aList.together(t, listOf("held")))
	g.waitFor(t, 1)
	for _, c := range []call{
		{op: messages.OpList, body: listOf("s")},
		{op: messages.OpStats, body: messages.StatsRequest{Session: "s"}},
		{op: messages.OpAssemble, body: messages.AssembleRequest{Session: "s", MaxTokens: 100}},
		{op: messages.OpClear, body: messages.ClearRequest{Session: "s"}},
	} {
		if refused := fails(t, r.ask(c), messages.CodeOverloaded); refused.RetryAfterMS <= 0 {
			t.Errorf("%s: %+v does not say when to come again", c.op, refused)
		}
	}
	if w.outage.recent(time.Now(), patience) {
		t.Error("an outage was noted")
	}
	g.open()
	must[messages.ListReply](t, held.until(1)[0])
	list(t, r.ask, listOf("s"))
}
