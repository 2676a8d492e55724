package tiers

import (
	"context"
	"sync"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// Read gives the items of a session and of a user, each folded into a page.
// An owner that is not Present gets the zero View. Both tiers are asked at the
// same time, so a read whose pages are in L1 costs one round trip.
//
// Read itself never fails: View.Err says that a tier did, and the page that L1
// still had is then in the View, marked Stale. Revision is what the page is
// complete up to; with f.MinSession or f.MinUser it is at least that, or the
// View is Stale.
func (t *Tiers) Read(ctx context.Context, session, user messages.Owner, f page.Freshness) (s, u page.View) {
	a := reading{tier: t.short, owner: session, min: f.MinSession, ask: f}
	b := reading{tier: t.long, owner: user, min: f.MinUser, ask: f}
	a.begin(ctx)
	b.begin(ctx) // requests are on their way, where L1 does not do and nobody else loads the same
	a.first(ctx)
	b.first(ctx)
	if !a.settled && !b.settled {
		var both sync.WaitGroup
		both.Go(func() { a.insist(ctx) })
		b.insist(ctx)
		both.Wait()
	} else {
		a.insist(ctx)
		b.insist(ctx)
	}
	return a.view, b.view
}
