package tiers

import (
	"context"
	"errors"

	"github.com/context-manager/context-manager/tiers/jet"
)

// That an owner has nothing at all is the one answer that does not tell up to
// where it is so. A replica begins to answer once it has nine tenths of what was
// ever written, and goes on when it falls behind (nats-server 2.15.2), so it may
// have nothing yet of an owner who has much. It is believed if the answer before
// told that it was as far as the leader. Else the leader is asked whether there is
// anything: not always, since every server of a cluster looks at such a question.
//
// Where several replicas answer in turn, as they do to a worker that is connected
// to a server without one, the answer before may have been another's, and the
// leader is asked each time.

// nothing tells, by an error, whether an answer that there is nothing cannot be believed.
func (r *reading) nothing(ctx context.Context) error {
	t := r.tier
	if r.loaded && r.old.Len() > 0 {
		return errBehind // the whole log is gone, or this replica never had it: the leader knows
	}
	if !t.lead.replicated.Load() || t.oneAnswers() && !t.behind(r.near) {
		return nil
	}
	attempt, cancel := jet.Within(ctx, r.attempt())
	defer cancel()
	_, err := t.stream.Next(attempt, r.key, 1, t.cfg.Read.Attempt)
	switch {
	case errors.Is(err, jet.ErrNone):
		return nil
	case err == nil:
		return errBehind
	default:
		return r.blame(err)
	}
}
