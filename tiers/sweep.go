package tiers

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	sweepPage = 2_000           // subjects fetched at once
	sweepWait = 5 * time.Second // for a page of them
)

// sweepTier looks at every owner that wrote after a mark, and gives the mark up to
// which it has looked. A stream that was made anew since, or has lost its newest
// messages, counts from before the mark again, and is looked at from its beginning.
func (c *collection) sweepTier(ctx context.Context, x *tier, swept mark) (mark, error) {
	last, err := x.refresh(ctx)
	if err != nil {
		return mark{}, err
	}
	now := mark{upTo: last, made: x.tail.made.Load()}
	if now.made != swept.made || last < swept.upTo {
		swept = mark{}
	}
	if last == swept.upTo {
		return now, nil
	}
	return now, c.sweepFrom(ctx, x, swept.upTo+1)
}

// sweepFrom looks at every owner that wrote at or after a sequence. It reads
// subjects alone, by a consumer that gets no bodies: the server then walks the
// stream once, in order, while listing subjects by STREAM.INFO builds the whole
// list anew for each page.
func (c *collection) sweepFrom(ctx context.Context, x *tier, from uint64) error {
	stream, err := c.js.Stream(ctx, x.stream.Name)
	if err != nil {
		return err
	}
	consumer, err := stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{
		HeadersOnly: true, DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: from,
	})
	if err != nil {
		return err
	}
	defer c.forget(ctx, stream, consumer)
	owners := newRoll()
	for pending := consumer.CachedInfo().NumPending; ; {
		if pending, err = c.fetch(ctx, consumer, min(pending, sweepPage), owners); err != nil {
			return err
		}
		if pending == 0 || owners.full() {
			if err := c.tendAll(ctx, x, owners); err != nil {
				return err
			}
		}
		if pending == 0 {
			return nil
		}
	}
}

// forget removes the consumer of a sweep. It would stay for five minutes, and an
// account has only so many. One that cannot be removed goes by itself.
func (c *collection) forget(ctx context.Context, stream jetstream.Stream, consumer jetstream.Consumer) {
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.cfg.Read.Attempt)
	defer cancel()
	_ = stream.DeleteConsumer(limited, consumer.CachedInfo().Name)
}

// errNoPage means that a sweep does not know what is to come: subjects were, and
// none came. It may be that all have been removed meanwhile, or that nobody
// answered. The next sweep begins where this one did.
var errNoPage = errors.New("no subject came of those that were to come")

// fetch takes n subjects, notes their owners, and tells how many are to come.
func (c *collection) fetch(ctx context.Context, consumer jetstream.Consumer, n uint64, owners *roll) (pending uint64, err error) {
	if n == 0 {
		return 0, ctx.Err()
	}
	limited, cancel := context.WithTimeout(ctx, c.wait)
	defer cancel()
	batch, err := consumer.Fetch(int(n), jetstream.FetchContext(limited)) // the server ends it a little sooner, if it is there
	if err != nil {
		return 0, err
	}
	came := false
	for msg := range batch.Messages() {
		came = true
		meta, err := msg.Metadata()
		if err != nil {
			return 0, err
		}
		owners.note(wildcardOf(msg.Subject()))
		pending = meta.NumPending
	}
	if err := batch.Error(); err != nil && !errors.Is(err, nats.ErrTimeout) && !errors.Is(err, context.DeadlineExceeded) {
		return 0, err
	}
	if !came && ctx.Err() == nil {
		return 0, errNoPage
	}
	// Fewer than asked for: the rest has been removed meanwhile.
	return pending, ctx.Err()
}

// tendAll looks after each owner, no faster than allowed. What goes wrong with
// one owner does not keep the others from being seen.
func (c *collection) tendAll(ctx context.Context, x *tier, owners *roll) error {
	for wildcard := range owners.names {
		if !c.rest(ctx) {
			return ctx.Err()
		}
		if err := x.tend(ctx, wildcard); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			c.met.gcFailed.Inc()
			c.log.Debug().Err(err).Str("tier", x.label).Msg("an owner could not be looked after")
		}
	}
	*owners = *newRoll()
	return nil
}
