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
// On another connection another replica answers, so what was told before it was
// made counts for nothing, nor does an answer to what was asked before.
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
	if !t.lead.several() || t.oneAnswers() && !t.behind(r.near) && r.on == t.nc.Stats().Reconnects {
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

// nearOf is how far the replica is that answers on a connection; 0 if that is not known.
func (l *leadership) nearOf(connection uint64) uint64 {
	if l.nearOn.Load() != connection {
		return 0
	}
	return l.near.Load()
}

// connected forgets what was told on another connection.
func (l *leadership) connected(connection uint64) {
	if l.nearOn.Load() != connection {
		l.near.Store(0)
		l.nearOn.Store(connection) // last: from then on near is believed
	}
}
