package bench

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
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
	one, many, half []time.Duration
	manyFor         time.Duration // how long many callers were measured
	worker          usage         // of the worker, at many callers
}

// measure measures every case in every round, and then each at half of its highest throughput.
func (r *runner) measure(ctx context.Context) (results, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // the callers' garbage is not what is measured
	defer r.progress.End()
	r.times = make(map[string]*callTimes)
	for _, c := range r.cases {
		r.times[c.name] = &callTimes{}
		if _, _, err := r.many(ctx, c, nil); err != nil { // warm-up
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		r.tell(c.name)
	}
	for range r.cmd.Rounds {
		if err := r.round(ctx); err != nil {
			return nil, err
		}
	}
	for _, c := range r.cases {
		if err := r.halfLoad(ctx, c); err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		r.tell(c.name)
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
	one, _, err := runCallers(ctx, c, 1, r.cmd.Duration, nil)
	if err != nil {
		return err
	}
	t.one = append(t.one, one...)
	before, err := r.world.worker.usage(ctx)
	if err != nil {
		return err
	}
	many, took, err := r.many(ctx, c, nil)
	if err != nil {
		return err
	}
	after, err := r.world.worker.usage(ctx)
	if err != nil {
		return err
	}
	t.many, t.manyFor = append(t.many, many...), t.manyFor+took
	t.worker.add(before, after)
	return nil
}

func (r *runner) many(ctx context.Context, c trial, pace *time.Duration) ([]time.Duration, time.Duration, error) {
	return runCallers(ctx, c, r.cmd.Callers, r.cmd.Duration, pace)
}

// halfLoad measures a case at half of the highest throughput it had.
func (r *runner) halfLoad(ctx context.Context, c trial) error {
	t := r.times[c.name]
	perCall := 2 * t.manyFor * time.Duration(r.cmd.Callers) / time.Duration(max(1, len(t.many)))
	half, _, err := r.many(ctx, c, &perCall)
	t.half = half
	return err
}

// runCallers has so many callers call for d, each as fast as it can, or each
// once in pace. A paced call is timed from when it was due, so that a stall
// counts against every call that it held up.
func runCallers(ctx context.Context, c trial, callers int, d time.Duration, pace *time.Duration) ([]time.Duration, time.Duration, error) {
	began := time.Now()
	end := began.Add(d)
	all := make([][]time.Duration, callers)
	errs := make([]error, callers)
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() { all[i], errs[i] = callFor(ctx, c, i, callers, end, pace) })
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

func callFor(ctx context.Context, c trial, caller, callers int, end time.Time, pace *time.Duration) ([]time.Duration, error) {
	var times []time.Duration
	due := time.Now()
	if pace != nil { // callers take turns rather than all at once
		due = due.Add(*pace * time.Duration(caller) / time.Duration(callers))
	}
	for len(times) == 0 || due.Before(end) { // once even where the time is over before the caller runs
		if err := waitUntil(ctx, due); err != nil {
			return nil, err
		}
		if err := c.call(ctx, caller); err != nil {
			return nil, err
		}
		times = append(times, time.Since(due))
		due = nextDue(due, pace)
	}
	return times, nil
}

func nextDue(due time.Time, pace *time.Duration) time.Time {
	if pace == nil {
		return time.Now()
	}
	return due.Add(*pace)
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
