package bench

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/timing"
)

// A runner measures cases round by round.
type runner struct {
	cmd      *Command
	world    *world
	cases    []trial
	progress *shell.Progress
	times    map[string]*callTimes
}

// callTimes are all calls of one case.
type callTimes struct {
	one, many []time.Duration
	manyFor   time.Duration // how long many callers were measured
	worker    usage         // of the worker, at many callers

	half50, half99 []float64 // p50 and p99 at half load, of each round
}

// measure measures every case in every round.
func (r *runner) measure(ctx context.Context) (results, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // the callers' garbage is not what is measured
	defer r.progress.End()
	r.times = make(map[string]*callTimes)
	for _, c := range r.cases {
		r.times[c.name] = &callTimes{}
		if c.prepare != nil {
			if err := c.prepare(ctx); err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
		}
		if _, _, err := r.many(ctx, c, 0); err != nil { // warm-up
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		r.tell(c.name)
	}
	for range r.cmd.Rounds {
		if err := r.round(ctx); err != nil {
			return nil, err
		}
	}
	return r.report(), nil
}

func (r *runner) tell(name string) {
	r.progress.File(name)
	r.progress.Add(1)
}

func (r *runner) round(ctx context.Context) error {
	for _, c := range r.cases {
		if err := r.measureCase(ctx, c); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		r.tell(c.name)
	}
	return nil
}

func (r *runner) measureCase(ctx context.Context, c trial) error {
	t := r.times[c.name]
	one, _, err := runCallers(ctx, c, 1, r.cmd.Duration, 0)
	if err != nil {
		return err
	}
	t.one = append(t.one, one...)
	worker := cmp.Or(c.worker, r.world.worker)
	before, err := worker.usage(ctx)
	if err != nil {
		return err
	}
	many, took, err := r.many(ctx, c, 0)
	if err != nil {
		return err
	}
	after, err := worker.usage(ctx)
	if err != nil {
		return err
	}
	t.many, t.manyFor = append(t.many, many...), t.manyFor+took
	t.worker.add(before, after)
	if c.worker != nil && after.hits > 0 {
		return fmt.Errorf("%v loads came from a cache, which that worker should not have", after.hits)
	}
	return r.halfLoad(ctx, c, 2*took*time.Duration(r.cmd.Callers)/time.Duration(max(1, len(many))))
}

func (r *runner) many(ctx context.Context, c trial, pace time.Duration) ([]time.Duration, time.Duration, error) {
	return runCallers(ctx, c, r.cmd.Callers, r.cmd.Duration, pace)
}

// halfLoad measures a case at half of the throughput that it has just had: a
// machine that others use too may be twice as slow a minute later, and half of
// what it did before would be all that it can. A stall of one round is more than
// a hundredth of it, so each round has a p50 and a p99 of its own.
func (r *runner) halfLoad(ctx context.Context, c trial, pace time.Duration) error {
	times, _, err := r.many(ctx, c, pace)
	if err != nil {
		return err
	}
	slices.Sort(times)
	t := r.times[c.name]
	t.half50 = append(t.half50, timing.Percentile(times, 50))
	t.half99 = append(t.half99, timing.Percentile(times, 99))
	return nil
}

// runCallers has so many callers call for d, each once in pace, or as fast as it
// can if that is 0. A paced call is timed from when it was due, so that a stall
// counts against every call that it held up.
func runCallers(ctx context.Context, c trial, callers int, d, pace time.Duration) ([]time.Duration, time.Duration, error) {
	began := time.Now()
	end := began.Add(d)
	all := make([][]time.Duration, callers)
	errs := make([]error, callers)
	var wg sync.WaitGroup
	for i := range callers {
		turn := pace * time.Duration(i) / time.Duration(callers) // rather than all at once
		call := func() error { return c.call(ctx, i) }
		wg.Go(func() { all[i], errs[i] = callUntil(ctx, end, turn, pace, call) })
	}
	wg.Wait()
	took := time.Since(began)
	for _, err := range errs {
		if err != nil {
			return nil, 0, err
		}
	}
	return slices.Concat(all...), took, nil
}

// callUntil calls until a moment, for the first time after a while, and gives how long each call took.
func callUntil(ctx context.Context, end time.Time, after, pace time.Duration, call func() error) ([]time.Duration, error) {
	var times []time.Duration
	due := time.Now().Add(after)
	for len(times) == 0 || due.Before(end) { // once even where the time is over before the caller runs
		if err := waitUntil(ctx, due); err != nil {
			return nil, err
		}
		if err := call(); err != nil {
			return nil, err
		}
		times = append(times, time.Since(due))
		due = nextDue(due, pace)
	}
	return times, nil
}

func nextDue(due time.Time, pace time.Duration) time.Time {
	if pace == 0 {
		return time.Now()
	}
	return due.Add(pace)
}

// waitUntil waits for the moment that a call is due.
func waitUntil(ctx context.Context, due time.Time) error {
	wait := time.Until(due)
	if wait <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
