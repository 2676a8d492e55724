package tiers

import (
	"context"
	"errors"
	"fmt"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// insist repeats a reading whose first request did not do, until one does or
// the tier's time is up. What a replica does not have yet is asked of the
// leader in the end.
func (r *reading) insist(ctx context.Context) {
	if r.settled {
		return
	}
	r.alone = true // what went wrong must not be others' doing
	limited, cancel := jet.Within(ctx, r.left())
	defer cancel()
	next := r.tier.cfg.Read.Backoff.Waits()
	for attempt := 2; r.worthwhile(); attempt++ {
		if !jet.Pause(limited, next()) {
			break
		}
		if err := r.again(limited, attempt); err == nil {
			r.settled = true
			return
		} else if limited.Err() == nil || ctx.Err() != nil {
			r.err = err // and not what running out of time made of it
		}
	}
	r.fail()
}

// worthwhile tells whether the same request may do better in a moment.
func (r *reading) worthwhile() bool {
	var coded *messages.Error
	switch {
	case callerLeft(r.err), errors.Is(r.err, errOpen), errors.As(r.err, &coded):
		return false
	default:
		return passing(r.err)
	}
}

func (r *reading) again(ctx context.Context, attempt int) error {
	if errors.Is(r.err, errBehind) && (attempt > 2 || !r.tier.lead.replicated.Load()) {
		return r.askLeader(ctx)
	}
	if err := r.send(); err != nil {
		return err
	}
	return r.receive(ctx)
}

// askLeader loads the owner's log anew, of the leader, unless that cannot have
// what the caller asks for: then it would be loaded again and again in vain.
func (r *reading) askLeader(ctx context.Context) error {
	t := r.tier
	if err := r.attainable(ctx); err != nil {
		return err
	}
	done, err := t.reads.allow()
	if err != nil {
		return err
	}
	began := t.clock()
	b, err := t.leaderBatch(ctx, r.key)
	done(err)
	if err == nil {
		hit := r.hit
		r.forget()
		r.hit, r.started = hit, began
		err = r.use(b)
	}
	t.met.read(outcomeOf(err), t.clock().Sub(began))
	return err
}

// attainable tells whether the stream has come to the revision that the caller
// asks for, by its leader's word. One that it cannot have is refused at once: it
// may be of a bucket that has been made anew, and would be asked for again and again.
func (r *reading) attainable(ctx context.Context) error {
	asked := r.asked()
	if asked <= r.view.Revision {
		return nil
	}
	attempt, cancel := jet.Within(ctx, r.attempt())
	defer cancel()
	last, err := r.tier.refresh(attempt)
	if err != nil {
		return r.blame(err)
	}
	if asked > last && asked-last <= r.tier.mayLag() {
		if last, err = r.proved(ctx); err != nil {
			return errBehind
		}
	}
	if asked <= last {
		return nil
	}
	return messages.Errorf(messages.CodeBadRequest, "revision %d is not there yet: is it of this %s?", asked, r.owner.Kind)
}

// proved is how far the stream is for sure, whichever leader has answered: what
// is written now comes after all that is there. It is written among nobody's, as
// it would be in the way of an owner's changes.
func (r *reading) proved(ctx context.Context) (uint64, error) {
	limited, cancel := context.WithTimeout(ctx, r.left()/2) // the reader's time: that it is short is no failure of the tier
	defer cancel()
	return r.tier.prove(limited, r.tier.root+nobodys, page.Condition{})
}

// asked is the revision that the caller asks for.
func (r *reading) asked() uint64 {
	if r.owner.Kind == messages.UserOwner {
		return r.ask.MinUser
	}
	return r.ask.MinSession
}

// failure is the error of a view without a good answer.
func (r *reading) failure() error {
	switch {
	case messages.HasCode(r.err, messages.CodeBadRequest):
		return r.err
	case errors.Is(r.err, errBehind) && r.asked() > r.view.Revision:
		return r.tier.unavailable(fmt.Errorf("%w: %w", page.ErrNotReached, r.err))
	default:
		return r.tier.unavailable(r.err)
	}
}

// fail makes the best view that there is without a good answer.
func (r *reading) fail() {
	t := r.tier
	if !r.loaded && r.hasAged {
		r.old, r.loaded, r.hit = r.aged, true, true
	}
	r.view.Err = r.failure()
	if r.loaded {
		known, _ := t.l1.Known(r.key, r.old)
		r.view.Page, r.view.Hit, r.view.Stale = r.old, r.hit, true
		r.view.Revision = max(r.view.Revision, r.old.Seq())
		r.view.Age = max(0, t.clock().Sub(known))
	}
	if !callerLeft(r.err) {
		t.log.Debug().Err(r.err).Str("tier", t.label).Bool("page", r.loaded).Msg("a read was not answered as asked")
	}
}
