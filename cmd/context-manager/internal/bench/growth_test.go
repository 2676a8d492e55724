package bench

import (
	"math"
	"testing"

	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// An assemble is as many messages, of as many bytes, however many sessions
// the bucket has, and however many items its own has that are in L1 already.
// How long it takes is `make growth`'s to show: counts do not waver.
func TestAnAssembleCostsTheSameAmongAnyNumberOfSessions(t *testing.T) {
	t.Parallel()
	r := rig.Start(t)
	c := r.Client()
	if err := storeTurns(t.Context(), c, "s40", 40); err != nil {
		t.Fatal(err)
	}
	alone := costs(t, r, c, "s40")
	w := &world{clients: []*client.Client{c}}
	w.flags.Prefix = messages.DefaultPrefix
	w.conns = append(w.conns, r.Connect())
	if err := w.crowd(t.Context(), 3000); err != nil {
		t.Fatal(err)
	}
	among := costs(t, r, c, "s40")
	if among.messages != alone.messages || among.bytes > 1.02*alone.bytes {
		t.Errorf("an assemble is %v messages of %.0f bytes among 3,000 sessions, %v of %.0f alone", among.messages, among.bytes, alone.messages, alone.bytes)
	}
	if err := storeTurns(t.Context(), c, "s600", 600); err != nil {
		t.Fatal(err)
	}
	own := costs(t, r, c, "s600")
	if own.messages != alone.messages || own.bytes > 2.5*alone.bytes { // the context may be fuller: the budget bounds it
		t.Errorf("an assemble over 600 items is %v messages of %.0f bytes, over 40 it is %v of %.0f", own.messages, own.bytes, alone.messages, alone.bytes)
	}
	t.Logf("an assemble is %v messages, of %.0f bytes over 40 items, %.0f among 3,000 sessions, %.0f over 600", alone.messages, alone.bytes, among.bytes, own.bytes)
}

// A traffic is what one assemble has the server pass on, both ways.
type traffic struct {
	messages float64 // to the nearest whole one: others' are few
	bytes    float64
}

// costs is what an assemble over a session costs, the mean of many.
func costs(t *testing.T, r *rig.Rig, c *client.Client, session string) traffic {
	t.Helper()
	const calls = 200
	ask := func() {
		if _, err := c.Assemble(t.Context(), assembleRequest(session, 0)); err != nil {
			t.Fatal(err)
		}
	}
	ask() // loads the page
	before, err := r.Server.Inner().Varz(nil)
	if err != nil {
		t.Fatal(err)
	}
	for range calls {
		ask()
	}
	after, err := r.Server.Inner().Varz(nil)
	if err != nil {
		t.Fatal(err)
	}
	return traffic{
		messages: math.Round(float64(after.InMsgs+after.OutMsgs-before.InMsgs-before.OutMsgs) / calls),
		bytes:    float64(after.InBytes+after.OutBytes-before.InBytes-before.OutBytes) / calls,
	}
}
