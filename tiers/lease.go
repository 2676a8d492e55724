package tiers

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/streams"
)

// A lease is a key that one worker holds. It is created with a TTL, so that it
// goes by itself when its holder is killed, and renewed under compare-and-set
// with the TTL again: a write without one would make it stay for ever. Who
// holds a lease may still be late to learn that it is lost, so what it does
// must be safe twice; here that is every change's own condition.
type lease struct {
	*Tiers
	subject string
	stream  jet.Stream
	holder  string
	life    time.Duration
}

func (t *Tiers) newLease(key string) *lease {
	return &lease{
		Tiers: t, subject: streams.RootOf(t.streams.Names.Lease) + key, stream: t.streamOf(t.streams.Names.Lease),
		holder: t.cfg.Worker + " " + ownName(""), life: t.cfg.GC.LeaseLife,
	}
}

// hold waits for the lease, then runs work until it ends or the lease is lost,
// over and over until ctx ends.
func (l *lease) hold(ctx context.Context, work func(context.Context)) {
	for ctx.Err() == nil {
		revision, err := l.take(ctx)
		if err != nil {
			jet.Pause(ctx, jet.Jitter(l.life/3))
			continue
		}
		l.keep(ctx, revision, work)
	}
}

// take creates the lease if nobody holds it.
func (l *lease) take(ctx context.Context) (uint64, error) {
	revision, err := l.write(ctx, 0)
	if err == nil || !errors.Is(err, jet.ErrTimeout) {
		return revision, err
	}
	// It may have been stored all the same.
	have, lookup := l.stream.Last(ctx, l.subject, l.cfg.Read.Attempt)
	if lookup == nil && string(have.Data) == l.holder {
		return have.Seq, nil
	}
	return 0, err
}

func (l *lease) write(ctx context.Context, revision uint64) (uint64, error) {
	return l.mux.Publish(ctx, &nats.Msg{Subject: l.subject, Data: []byte(l.holder)}, jet.Expected{Seq: revision}, l.life, l.cfg.Write.Attempt)
}

// keep runs work while it renews the lease, and gives it back at the end.
func (l *lease) keep(ctx context.Context, revision uint64, work func(context.Context)) {
	l.log.Info().Str("lease", l.subject).Msg("this worker collects garbage now")
	l.met.gcLeader.Set(1)
	defer l.met.gcLeader.Set(0)
	holding, lose := context.WithCancel(ctx)
	var working sync.WaitGroup
	working.Go(func() { work(holding) })
	last := l.renew(holding, revision)
	lose()
	working.Wait()
	l.release(last)
}

// renew extends the lease three times in its life, until it is lost or ctx
// ends, and gives the revision that it last had; 0 if it was lost.
func (l *lease) renew(ctx context.Context, revision uint64) uint64 {
	missed := 0
	for jet.Pause(ctx, jet.Jitter(l.life/4)) {
		next, err := l.write(ctx, revision)
		switch {
		case err == nil:
			revision, missed = next, 0
		case ctx.Err() != nil:
			return revision
		case jet.Conflicted(err), missed == 2:
			l.log.Warn().Err(err).Str("lease", l.subject).Msg("the lease was lost")
			return 0
		default:
			missed++ // ambiguous: if it was stored, the next one conflicts
		}
	}
	return revision
}

// release removes the lease so that another worker need not wait for its end.
// It has a second of its own: most often the worker has been told to stop.
func (l *lease) release(revision uint64) {
	if revision == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := l.stream.Purge(ctx, l.subject, revision, l.cfg.Write.Attempt); err != nil {
		l.log.Debug().Err(err).Str("lease", l.subject).Msg("the lease was not given back; it will expire")
	}
}
