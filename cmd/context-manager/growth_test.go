package main

import (
	"math"
	"testing"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// An assemble is as many messages, of as many bytes, however many sessions
// the bucket has, and however many items its own has that are in L1 already.
// How long it takes is `make growth`'s to show: counts do not waver.
func TestAnAssembleCostsTheSameAmongAnyNumberOfSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(t)
	c := w.client(t)
	if err := storeTurns(t.Context(), c.Store, "s40", 40); err != nil {
		t.Fatal(err)
	}
	alone := w.costs(t, c, "s40")
	bench := &benchWorld{clients: []*client.Client{c}}
	bench.flags.Prefix = messages.DefaultPrefix
	bench.conns = append(bench.conns, natstest.Connect(t, w.server))
	if err := bench.crowd(t.Context(), 3000); err != nil {
		t.Fatal(err)
	}
	among := w.costs(t, c, "s40")
	if among.messages != alone.messages || among.bytes > 1.02*alone.bytes {
		t.Errorf("an assemble is %v messages of %.0f bytes among 3,000 sessions, %v of %.0f alone", among.messages, among.bytes, alone.messages, alone.bytes)
	}
	if err := storeTurns(t.Context(), c.Store, "s600", 600); err != nil {
		t.Fatal(err)
	}
	own := w.costs(t, c, "s600")
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

func (w *world) costs(t *testing.T, c *client.Client, session string) traffic {
	t.Helper()
	const calls = 200
	ask := func() {
		if _, err := c.Assemble(t.Context(), assembleRequest(session, 0)); err != nil {
			t.Fatal(err)
		}
	}
	ask() // loads the page
	before, err := w.server.Inner().Varz(nil)
	if err != nil {
		t.Fatal(err)
	}
	for range calls {
		ask()
	}
	after, err := w.server.Inner().Varz(nil)
	if err != nil {
		t.Fatal(err)
	}
	return traffic{
		messages: math.Round(float64(after.InMsgs+after.OutMsgs-before.InMsgs-before.OutMsgs) / calls),
		bytes:    float64(after.InBytes+after.OutBytes-before.InBytes-before.OutBytes) / calls,
	}
}
