// Package lease lets one worker of many do what one is enough for.
package lease

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/tiers/jet"
)

// A Lease is a key that one worker holds. It is created with a TTL, so that it
// goes by itself when its holder is killed, and renewed under compare-and-set
// with the TTL again: a write without one would make it stay for ever. Who
// holds a lease may still be late to learn that it is lost, so what it does
// must be safe twice.
type Lease struct {
	Stream  jet.Stream     // that has the key, and lets messages have a TTL
	Subject string         // the key's
	Holder  string         // what the key holds: nobody else's name
	Life    time.Duration  // without a renewal it goes after this; at least 3 s
	Log     zerolog.Logger // may be the zero Logger, which writes nothing

	ReadAttempt, WriteAttempt time.Duration // one question, one publish
}

// Hold waits for the lease, then runs work, over and over until ctx ends. The
// context of work ends when the lease is lost. When work ends the lease is given
// back, for whoever asks first. Hold asks three times in the life of a lease, by
// whomever it is held: work that ends at once does not run more often than that.
func (l *Lease) Hold(ctx context.Context, work func(context.Context)) {
	for ctx.Err() == nil {
		if revision, err := l.take(ctx); err == nil {
			l.keep(ctx, revision, work)
		}
		jet.Pause(ctx, jet.Jitter(l.Life/3))
	}
}

// take creates the lease if nobody holds it.
func (l *Lease) take(ctx context.Context) (uint64, error) {
	revision, err := l.write(ctx, 0)
	if err == nil || !errors.Is(err, jet.ErrTimeout) {
		return revision, err
	}
	// It may have been stored all the same.
	have, lookup := l.Stream.Last(ctx, l.Subject, l.ReadAttempt)
	if lookup == nil && string(have.Data) == l.Holder {
		return have.Seq, nil
	}
	return 0, err
}

func (l *Lease) write(ctx context.Context, revision uint64) (uint64, error) {
	msg := &nats.Msg{Subject: l.Subject, Data: []byte(l.Holder)}
	return l.Stream.Mux.Publish(ctx, msg, jet.Expected{Seq: revision}, l.Life, l.WriteAttempt)
}

// keep runs work while it renews the lease, and gives it back when either ends.
func (l *Lease) keep(ctx context.Context, revision uint64, work func(context.Context)) {
	holding, end := context.WithCancel(ctx)
	var working sync.WaitGroup
	working.Go(func() {
		defer end() // else it would be renewed for ever, with nobody at work
		work(holding)
	})
	last := l.renew(holding, revision)
	end()
	working.Wait()
	l.release(last)
}

// renew extends the lease three times in its life, until it is lost or ctx
// ends, and gives the revision that it last had; 0 if it was lost. What has been
// sent when ctx ends is waited for: it may be stored, and then it is that which
// has to be given back.
func (l *Lease) renew(ctx context.Context, revision uint64) uint64 {
	missed := 0
	for jet.Pause(ctx, jet.Jitter(l.Life/4)) {
		next, err := l.write(context.WithoutCancel(ctx), revision)
		switch {
		case err == nil:
			revision, missed = next, 0
		case jet.Conflicted(err), missed == 2:
			l.Log.Warn().Err(err).Str("lease", l.Subject).Msg("the lease was lost")
			return 0
		default:
			missed++ // ambiguous: if it was stored, the next one conflicts
		}
	}
	return revision
}

// release removes the lease so that another worker need not wait for its end.
// It has a second of its own: most often the worker has been told to stop.
func (l *Lease) release(revision uint64) {
	if revision == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := l.Stream.Purge(ctx, l.Subject, revision, l.WriteAttempt); err != nil {
		l.Log.Debug().Err(err).Str("lease", l.Subject).Msg("the lease was not given back; it will expire")
	}
}
