package chaos

import (
	"context"
	"maps"
	"slices"

	"github.com/anishathalye/porcupine"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// check looks at everything from outside, when all is quiet.
func (r *run) check() {
	r.t.Helper()
	js, err := jetstream.New(r.connect())
	if err != nil {
		r.t.Fatal(err)
	}
	r.awaitSettled(js)
	c := r.client(100)
	for _, session := range r.h.names() {
		for range r.o.Workers { // whichever worker it is that answers
			r.checkSession(c, session)
		}
	}
	r.checkRegisters(c)
	r.checkDead(js)
}

func (h *history) names() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Collect(maps.Keys(h.sessions))
}

// checkSession wants all of a session that was acknowledged, jobs too, and nothing else.
func (r *run) checkSession(c *client.Client, session string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	e := r.h.expect(session)
	reply, err := c.List(ctx, messages.ListRequest{Session: session, Limit: messages.MaxListLimit, MinRevision: &messages.Revision{Session: e.revision}})
	if err != nil {
		r.h.blame("%s cannot be read at the end: %v", session, err)
		return
	}
	r.h.compare(e, reply)
	r.h.missing(session, reply.Items)
}

func (r *run) checkRegisters(c *client.Client) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	reply, err := c.List(ctx, messages.ListRequest{Session: registerSession, Limit: messages.MaxListLimit})
	if err != nil {
		r.h.blame("the registers cannot be read at the end: %v", err)
		return
	}
	for _, register := range r.g.finish(reply.Items) {
		r.h.blame("register %s is not there at the end", register)
	}
	if got := r.g.check(checkTime); got != porcupine.Ok {
		r.h.blame("%d compare-and-set updates: linearizability is %s", len(r.g.history), got)
		r.g.tell(checkTime, r.log)
	}
}
