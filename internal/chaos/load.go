package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
)

// A worker of the load, whatever it sends.
type loader interface{ run(ctx context.Context) }

// load sends requests while faults happen, and goes on after the last of them
// until every kind of work has been done again.
func (r *run) load() {
	loaders := r.loaders()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		runAll(loaders, func(l loader) { l.run(ctx) })
	}()
	tormented, over := context.WithTimeout(ctx, r.o.Duration)
	r.torment(tormented)
	over()
	before := r.h.amounts()
	r.until(recoveryTime, "all work goes on after the faults", func() bool { return r.wentOn(before) })
	stop()
	<-finished
}

// wentOn tells whether each kind of work was done again since.
func (r *run) wentOn(before map[string]int) bool {
	now := r.h.amounts()
	for _, kind := range []string{"store", "job", "job answered", "delete", "list", "assemble", "swap"} {
		if now[kind] <= before[kind] {
			return false
		}
	}
	return r.fleet.serving() == r.o.Workers
}

func (r *run) loaders() []loader {
	r.prepare()
	var all []loader
	for i := range r.o.Callers {
		chance := func(kind uint64) *rand.Rand {
			return rand.New(rand.NewPCG(r.o.Seed, kind+uint64(i))) //nolint:gosec // not a secret
		}
		all = append(all,
			&caller{name: fmt.Sprintf("c%d", i), client: r.client(100), chance: chance(1000), h: r.h},
			&swapper{who: i, client: r.client(-1), chance: chance(2000), g: r.g, h: r.h})
	}
	return all
}

// prepare makes the first registers while nothing is broken yet. Each is asked
// for once: were a store tried again, its first try might come late and undo
// swaps. A register that is not made is used by nobody.
func (r *run) prepare() {
	s := &swapper{client: r.client(-1), g: r.g, h: r.h}
	for i := range registerCount {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		if _, err := s.make(ctx, fmt.Sprintf("r0-%d", i)); err != nil {
			r.log("a register was not made: %v", err)
		}
		cancel()
	}
}

// runAll runs something for each, and waits for all.
func runAll[T any](all []T, do func(T)) {
	var group sync.WaitGroup
	for _, one := range all {
		group.Go(func() { do(one) })
	}
	group.Wait()
}
