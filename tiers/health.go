package tiers

import (
	"context"
	"sync"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
)

// Health checks each component and gives an error, or nil, for each of nats,
// l1, l2, l3 and ledger. A tier whose breaker is open is not asked.
func (t *Tiers) Health(ctx context.Context) map[string]error {
	health := map[string]error{"nats": t.connected(), "l1": t.l1.check()}
	var mu sync.Mutex
	var all sync.WaitGroup
	check := func(name string, b *breaker, stream string) {
		all.Go(func() {
			err := t.reachable(ctx, b, stream)
			mu.Lock()
			defer mu.Unlock()
			health[name] = err
		})
	}
	check("l2", t.short.reads, t.short.stream)
	check("l3", t.long.reads, t.long.stream)
	check("ledger", t.ledger.breaker, t.ledger.stream)
	all.Wait()
	return health
}

func (t *Tiers) connected() error {
	if s := t.nc.Status(); s != nats.CONNECTED {
		return messages.Errorf(messages.CodeUnavailable, "the connection to NATS is %s", s)
	}
	return nil
}

// reachable asks the stream's leader for its state.
func (t *Tiers) reachable(ctx context.Context, b *breaker, stream string) error {
	if b.open() {
		return messages.Errorf(messages.CodeUnavailable, "its circuit breaker is open")
	}
	attempt, cancel := within(ctx, t.cfg.Read.Deadline)
	defer cancel()
	if _, err := t.js.Stream(attempt, stream); err != nil {
		return messages.Caused(messages.CodeUnavailable, err, "its stream did not answer: "+reason(causeOf(attempt, err)))
	}
	return nil
}

// check tells whether the cache is in use: it cannot fail otherwise.
func (c *l1) check() error {
	if c.cache == nil {
		return messages.Errorf(messages.CodeUnavailable, "the page cache is not open")
	}
	return nil
}
