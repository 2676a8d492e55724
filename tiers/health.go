package tiers

import (
	"context"
	"sync"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
)

// Health checks each component and gives an error, or nil, for each of nats,
// l1, l2, l3, ledger and jobs. A tier of which a breaker is open is not asked.
func (t *Tiers) Health(ctx context.Context) map[string]error {
	health := map[string]error{"nats": t.connected(), "l1": nil} // once it is open, nothing of l1 can fail
	var mu sync.Mutex
	var all sync.WaitGroup
	check := func(name string, ask func() error) {
		all.Go(func() {
			err := ask()
			mu.Lock()
			defer mu.Unlock()
			health[name] = err
		})
	}
	check("l2", func() error { return t.short.healthy(ctx) })
	check("l3", func() error { return t.long.healthy(ctx) })
	check("ledger", func() error { return t.reachable(ctx, t.ledger.stream.Name, t.ledger.breaker) })
	check("jobs", func() error { return t.consumable(ctx) })
	all.Wait()
	return health
}

func (t *Tiers) connected() error {
	if s := t.nc.Status(); s != nats.CONNECTED {
		return messages.Errorf(messages.CodeUnavailable, "the connection to NATS is %s", s)
	}
	return nil
}

// healthy asks a tier as reads do, too: the worker may have lost the permission to.
// Whether it may write shows by what was written last, and that has a breaker.
func (t *tier) healthy(ctx context.Context) error {
	if err := t.reachable(ctx, t.stream.Name, t.reads, t.writes); err != nil {
		return err
	}
	if _, err := t.ask(ctx, t.root+nobody, 0, 0, t.cfg.Read.Attempt); err != nil {
		return messages.Caused(messages.CodeUnavailable, err, "reads are not answered: "+t.reason(err)+"; the log tells if the worker's NATS user may not ask")
	}
	return nil
}

// reachable asks the stream's leader for its state.
func (t *Tiers) reachable(ctx context.Context, stream string, breakers ...*breaker) error {
	for _, b := range breakers {
		if b.open() {
			return messages.Errorf(messages.CodeUnavailable, "its circuit breaker %s is open", b.name)
		}
	}
	attempt, cancel := jet.Within(ctx, t.cfg.Read.Deadline)
	defer cancel()
	if _, err := t.js.Stream(attempt, stream); err != nil {
		return messages.Caused(messages.CodeUnavailable, err, "its stream did not answer: "+t.reason(jet.CauseOf(attempt, err)))
	}
	return nil
}

// consumable asks for the consumer that all workers take jobs from.
func (t *Tiers) consumable(ctx context.Context) error {
	attempt, cancel := jet.Within(ctx, t.cfg.Read.Deadline)
	defer cancel()
	if _, err := t.js.Consumer(attempt, t.streams.Names.Jobs, t.streams.Names.Consumer); err != nil {
		return messages.Caused(messages.CodeUnavailable, err, "its consumer did not answer: "+t.reason(jet.CauseOf(attempt, err)))
	}
	return nil
}
