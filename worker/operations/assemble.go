package operations

import (
	"context"
	"fmt"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/worker/assemble"
)

// assemble gathers what a session and a user have and packs the best of it
// into the budget. A tier that failed is named, and the rest is served.
func (o *operations) assemble(ctx context.Context, r Request) (any, error) {
	req, err := decode[messages.AssembleRequest](r)
	if err != nil {
		return nil, err
	}
	session, user := req.Owners(r.Tenant())
	s, u, read, err := o.readBoth(ctx, session, user, freshness(req.MaxStaleMS, req.MinRevision))
	if err != nil {
		return nil, err
	}
	now := o.Clock().UTC() // where days begin: it must not depend on which worker answers
	if req.Now != 0 {
		now = time.UnixMilli(req.Now).UTC()
	}
	reply := assemble.Assemble(assemble.Input{
		Session: s.Page,
		User:    u.Page,
		Request: &req,
		Query:   func() assemble.Query { return o.Analyzer.Query(req.Query, "", now) },
		Framing: o.framing,
		Now:     now.UnixMilli(),
		Memory:  r.Scratch,
		Done:    ctx.Done(),
	})
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("assembling ended before it was done: %w", err)
	}
	reply.Revision, reply.Stale, reply.Degraded = read.revision, read.stale, read.degraded
	o.Assembled(reply.Tokens)
	return &reply, nil
}
