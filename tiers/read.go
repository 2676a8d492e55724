package tiers

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
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

// A reading is one read of one owner. begin sends the first request, first
// takes its answer, and insist repeats until it suffices or time is up.
type reading struct {
	tier  *tier
	owner messages.Owner
	min   uint64         // revision to reach
	ask   page.Freshness // the caller's wishes

	key     string    // the owner's wildcard subject
	started time.Time // by the injected clock: what is answered is fresh at least as of then
	budget  time.Duration
	end     time.Time // when that is used up
	due     time.Time // when the attempt that was sent ends
	old     page.Page // what L1 had
	fresh   time.Time // when that was last known to be complete
	known   uint64    // and the sequence up to which
	hit     bool      // L1 had it
	aged    page.Page // what L1 had that is too old to be brought up to date
	hasAged bool
	loaded  bool   // old is there, from L1 or from another caller's load
	alone   bool   // must not share a request
	on      uint64 // the connection on which it was asked whether there is anything: see nothing.go
	near    uint64 // how far the replica was that had answered last on that, then
	call    *jet.Call
	done    func(error)
	flight  *flight // led by this reading
	joined  *flight // led by another

	settled bool
	err     error
	view    page.View
}

var errBehind = errors.New("the answer is older than what was asked for")

func (r *reading) begin(ctx context.Context) {
	t := r.tier
	if !r.owner.Present() {
		r.settled = true
		return
	}
	r.key, r.started, r.budget = ownerSubject(t.root, r.owner), t.clock(), t.budget(ctx)
	r.end = jet.After(r.budget)
	if r.ask.Reload {
		r.beginReload(ctx)
		return
	}
	r.lookup()
	if r.hit {
		if !r.answeredByL1() {
			r.err = r.send()
		}
		return
	}
	fl, lead := t.flying.join(r.key)
	if !lead {
		r.joined = fl
		return
	}
	r.flight = fl
	r.err = r.send()
}

// lookup looks into L1.
func (r *reading) lookup() {
	p, young, ok := r.tier.l1.Get(r.key, r.started)
	r.tier.met.lookup(ok && young)
	switch {
	case !ok:
	case young:
		r.old, r.loaded, r.hit = p, true, true
		r.fresh, r.known = r.tier.l1.Known(r.key, p)
	default:
		r.aged, r.hasAged = p, true
	}
}

// beginReload asks past L1. Of a replicated stream only the leader knows what
// is newest, so the answer must reach what the leader has.
func (r *reading) beginReload(ctx context.Context) {
	if !r.tier.lead.several() {
		r.err = r.send()
		return
	}
	attempt, cancel := jet.Within(ctx, r.attempt())
	defer cancel()
	newest, err := r.tier.refresh(attempt)
	if err != nil {
		r.err = r.blame(err)
		return
	}
	r.min = max(r.min, newest)
	r.err = r.send()
}

// answeredByL1 settles the reading without a request, if the caller allows
// a page that was known fresh this recently. If that seems to be still to come
// by as much, the clock was set back since, and how recent it is is not known.
func (r *reading) answeredByL1() bool {
	if r.ask.MaxStale <= 0 || r.known < r.min {
		return false
	}
	age := r.started.Sub(r.fresh)
	if age.Abs() > r.ask.MaxStale {
		return false
	}
	r.view = page.View{Page: r.old, Revision: r.known, Age: max(0, age), Hit: true}
	r.settled = true
	r.tier.met.alone.Inc()
	return true
}

// send publishes the request for what is newer than the page that is there. One
// that others share does not tell that an owner has no segment at all any more;
// what workers do leaves tombstones until no page can hold what they bury.
func (r *reading) send() error {
	done, err := r.tier.reads.allow()
	if err != nil {
		return err
	}
	if from := r.from(); from > 0 && !r.alone {
		r.call, err = r.tier.direct.Share(r.key, from)
	} else {
		r.on = r.tier.nc.Stats().Reconnects
		r.near = r.tier.lead.nearOf(r.on)
		r.call, err = r.tier.direct.Ask(r.key, from, 0)
	}
	if err != nil {
		done(err)
		return err
	}
	r.done, r.due = done, jet.After(r.tier.cfg.Read.Attempt)
	return nil
}

// from is the first sequence past what is known. Without a page it is 0, for
// everything; an empty owner's page may be at 0 too.
func (r *reading) from() uint64 {
	if !r.loaded || r.old.Seq() == 0 {
		return 0
	}
	return r.upTo() + 1
}

// upTo is the sequence up to which the page is known to be complete.
func (r *reading) upTo() uint64 { return max(r.old.Seq(), r.known) }

// first takes the answer to the request that begin sent.
func (r *reading) first(ctx context.Context) {
	if r.settled {
		return
	}
	if r.joined != nil {
		r.follow(ctx)
	}
	if r.err == nil {
		r.err = r.receive(ctx)
	}
	r.settled = r.err == nil
	if r.flight != nil {
		r.tier.flying.land(r.key, r.flight, r.view.Page, r.settled)
	}
}

// follow waits for another caller's load, then asks for what came after it.
func (r *reading) follow(ctx context.Context) {
	wait, cancel := jet.Within(ctx, r.attempt())
	defer cancel()
	r.old, r.loaded = r.joined.wait(wait)
	r.started, r.budget = r.tier.clock(), r.left() // which is all that the tier is given
	r.err = r.send()
}

// left is what is left of the budget.
func (r *reading) left() time.Duration { return time.Until(r.end) }

// attempt is how long a request may take that is sent now.
func (r *reading) attempt() time.Duration { return min(r.left(), r.tier.cfg.Read.Attempt) }

// patience is how long the request that was sent may still take. Both tiers'
// are on their way together, and are waited for in turn.
func (r *reading) patience() time.Duration {
	return min(r.left(), time.Until(r.due))
}

// blame tells a tier that did not answer in time from a caller that gave it
// less time than one request may take. That says nothing about the tier, and
// if it counted, any key could have the tier left alone for everybody, by
// asking with deadlines that pass at once.
func (r *reading) blame(err error) error {
	if cfg := r.tier.cfg.Read; errors.Is(err, jet.ErrTimeout) && r.budget < min(cfg.Attempt, cfg.Deadline) {
		return context.DeadlineExceeded
	}
	return err
}
