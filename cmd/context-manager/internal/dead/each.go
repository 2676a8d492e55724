package dead

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// each calls do for the headers of every letter, in the order of their burial.
func (s *graveyard) each(ctx context.Context, do func(*letter) error) error {
	consumer, err := s.reader(ctx)
	if err != nil {
		return fmt.Errorf("read the dead letters: %w", err)
	}
	defer s.forget(ctx, consumer)
	if consumer.CachedInfo().NumPending == 0 {
		return nil
	}
	letters, err := consumer.Messages()
	if err != nil {
		return fmt.Errorf("read the dead letters: %w", err)
	}
	defer letters.Stop()
	for {
		m, err := s.next(ctx, letters)
		if errors.Is(err, context.DeadlineExceeded) && s.atEnd(ctx, consumer) {
			return nil
		}
		if err != nil {
			return err
		}
		meta, err := m.Metadata()
		if err != nil {
			return err
		}
		if err := do(s.letter(meta.Sequence.Stream, m.Headers(), nil, sizeOf(m.Headers()))); err != nil || meta.NumPending == 0 {
			return err
		}
	}
}

// reader is a consumer of the letters' headers, from the oldest on.
func (s *graveyard) reader(ctx context.Context) (jetstream.Consumer, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	return s.js.OrderedConsumer(ctx, s.stream.CachedInfo().Config.Name, jetstream.OrderedConsumerConfig{
		HeadersOnly: true, InactiveThreshold: consumerLeft,
	})
}

func (s *graveyard) next(ctx context.Context, letters jetstream.MessagesContext) (jetstream.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	m, err := letters.Next(jetstream.NextContext(ctx))
	if err != nil {
		return nil, fmt.Errorf("read the dead letters: %w", err)
	}
	return m, nil
}

// atEnd tells whether a consumer of which nothing more comes has been read to its end:
// the letters that it was to come to may have been dropped meanwhile.
func (s *graveyard) atEnd(ctx context.Context, c jetstream.Consumer) bool {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	info, err := c.Info(ctx)
	return err == nil && info.NumPending == 0
}

// How long a consumer stays that could not be removed, and how long removing it may take.
const (
	consumerLeft = time.Minute
	forgetWait   = time.Second
)

// forget removes a consumer that has been read to its end: an account has only so
// many, and who lists letters every few seconds would use them up. One that
// cannot be removed goes by itself.
func (s *graveyard) forget(ctx context.Context, c jetstream.Consumer) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), forgetWait)
	defer cancel()
	_ = s.stream.DeleteConsumer(ctx, c.CachedInfo().Name)
}
