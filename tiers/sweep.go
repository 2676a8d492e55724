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
// which it has looked, also where it fails on the way. A stream that was made anew
// since, or has lost its newest messages, counts from before the mark again, and is
// looked at from its beginning.
func (c *collection) sweepTier(ctx context.Context, x *tier, swept mark) (mark, error) {
	last, err := x.refresh(ctx)
	if err != nil {
		return swept, err
	}
	made := x.tail.made.Load()
	if made != swept.made || last < swept.upTo {
		swept = mark{made: made}
	}
	for swept.upTo < last { // what is written meanwhile is the next sweep's: else one might never end
		owners := newRoll(c.most)
		more, err := c.meet(ctx, x, swept.upTo+1, last, owners)
		if err != nil {
			return swept, err
		}
		if err := c.tendAll(ctx, x, owners); err != nil {
			return swept, err
		}
		swept.upTo = max(swept.upTo, owners.upTo)
		if !more { // the rest has been removed, or its reader's replica does not have it yet
			break
		}
	}
	return swept, nil
}

// meet puts the owners that wrote at or after a sequence on a roll, up to another or
// until it is full, and tells whether there are more. It reads subjects alone, by a
// consumer that gets no bodies: the server then walks the stream once, in order, while
// listing subjects by STREAM.INFO builds the whole list anew for each page.
func (c *collection) meet(ctx context.Context, x *tier, from, last uint64, owners *roll) (more bool, err error) {
	consumer, err := c.reader(ctx, x, from)
	if err != nil {
		return false, err
	}
	defer c.forget(ctx, x, consumer)
	pending := consumer.CachedInfo().NumPending
	for pending > 0 && owners.upTo < last && !owners.full() {
		if pending, err = c.fetch(ctx, consumer, min(pending, c.page), owners); err != nil {
			return false, err
		}
	}
	return pending > 0, ctx.Err()
}

// reader makes a consumer of a tier's subjects from a sequence on. It is no ordered
// one of nats.go: that makes itself anew for each fetch, and goes on trying to
// when the context of the fetch has ended. What it does besides is in fetch.
func (c *collection) reader(ctx context.Context, x *tier, from uint64) (jetstream.Consumer, error) {
	return c.js.CreateConsumer(ctx, x.stream.Name, jetstream.ConsumerConfig{
		HeadersOnly: true, DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: from,
		AckPolicy: jetstream.AckNonePolicy, MemoryStorage: true, Replicas: 1, InactiveThreshold: 5 * time.Minute,
	})
}

// forget removes the consumer of a sweep. It would stay for five minutes, and an
// account has only so many. One that cannot be removed goes by itself.
func (c *collection) forget(ctx context.Context, x *tier, consumer jetstream.Consumer) {
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.cfg.Read.Attempt)
	defer cancel()
	_ = c.js.DeleteConsumer(limited, x.stream.Name, consumer.CachedInfo().Name)
}

var (
	// errNoPage means that a sweep does not know what is to come: subjects were, and
	// none came. It may be that all have been removed meanwhile, or that nobody
	// answered. The next sweep goes on from where this one had looked.
	errNoPage = errors.New("no subject came of those that were to come")
	// errGap means the same of some of them, which were lost on their way.
	errGap = errors.New("subjects were lost on their way")
)

// fetch takes n subjects, notes their owners, and tells how many are to come.
func (c *collection) fetch(ctx context.Context, consumer jetstream.Consumer, n uint64, owners *roll) (pending uint64, err error) {
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
		if owners.came++; meta.Sequence.Consumer != owners.came {
			return 0, errGap
		}
		owners.note(wildcardOf(msg.Subject()))
		owners.upTo, pending = meta.Sequence.Stream, meta.NumPending
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
	return nil
}
