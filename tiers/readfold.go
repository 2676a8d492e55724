package tiers

import (
	"context"
	"errors"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// receive waits for the answer to a request that was sent, and uses it.
func (r *reading) receive(ctx context.Context) error {
	t := r.tier
	b, err := t.answer(ctx, r.call, r.key, r.patience())
	r.call.Release()
	if errors.Is(err, jet.ErrAlone) {
		b, err = t.ask(ctx, r.key, r.from(), 0, r.attempt())
	}
	err = r.blame(err)
	if err == nil && b.upTo > 0 {
		t.lead.near.Store(b.upTo)
	}
	r.done(err) // of what follows, for its size, the tier is not judged
	if err == nil && b.more > 0 {
		b, err = r.rest(ctx, b)
		err = r.blame(err)
	}
	if errors.Is(err, jet.ErrTooMany) {
		b, err = r.walk(ctx)
	}
	if err == nil && b.none {
		err = r.nothing(ctx)
	}
	if err == nil {
		err = r.use(b)
	}
	t.met.read(outcomeOf(err), t.clock().Sub(r.started))
	return err
}

// rest completes an answer that was too large for one, in the time that is left.
func (r *reading) rest(ctx context.Context, b batch) (batch, error) {
	limited, cancel := jet.Within(ctx, r.left())
	defer cancel()
	return r.tier.rest(limited, r.key, b, r.tier.cfg.Read.Attempt)
}

// walk reads what one request cannot name, in the time that is left.
func (r *reading) walk(ctx context.Context) (batch, error) {
	limited, cancel := jet.Within(ctx, r.left())
	defer cancel()
	return r.tier.walk(limited, r.key, r.from())
}

// use brings the page up to the answer. It fails if the answer is not new enough.
func (r *reading) use(b batch) error {
	if whole, err := b.settle(r.old.Seq(), r.old.LastSegment()); err != nil {
		return err
	} else if !whole {
		r.forget()
		return jet.ErrChanging
	}
	_, doubtful := r.tier.doubt(r.started)
	old := !b.none && (r.tier.behind(b.upTo) || r.loaded && b.upTo < r.upTo())
	r.tier.tail.reach(b.upTo)
	if err := r.fold(b.segs, b.upTo, !old && !doubtful); err != nil {
		return err
	}
	if old || r.view.Revision < r.min {
		return errBehind
	}
	r.finish()
	return nil
}

// fold brings the page up to date. It is kept in L1 if it is as new as it
// claims to be.
func (r *reading) fold(segs []page.Stored, upTo uint64, keep bool) error {
	p, now := r.old, r.started.UnixMilli()
	expired := p.NextExpiry() != 0 && p.NextExpiry() <= now
	if len(segs) > 0 || !r.loaded || expired {
		var err error
		if p, err = page.Fold(r.old, segs, upTo, now); err != nil {
			return err
		}
		if keep {
			r.tier.l1.Set(r.key, p)
			r.tier.notice(r.key, p.Segments())
		}
	}
	if !r.loaded {
		r.tier.noticeWaste(r.key, segs)
	}
	r.view = page.View{Page: p, Revision: max(upTo, p.Seq()), Hit: r.hit, Loaded: sizeOfLog(segs), Whole: !r.loaded}
	r.old, r.loaded = p, true
	return nil
}

// finish marks the view as fresh, or says for how long that is not known.
func (r *reading) finish() {
	if since, doubtful := r.tier.doubt(r.started); doubtful {
		r.view.Stale, r.view.Age = true, since
		return
	}
	r.tier.l1.Confirm(r.key, r.old, r.started, r.view.Revision)
}

// forget drops the page, so that the log is loaded whole.
func (r *reading) forget() {
	r.old, r.known, r.loaded, r.hit = page.Page{}, 0, false, false
}
