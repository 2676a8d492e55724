package worker

import (
	"context"

	"golang.org/x/sync/semaphore"
)

// An admission bounds how many requests are worked on at once, and how many
// bytes they have. Each lane has its own, so that a backlog of jobs cannot
// shut out the callers that wait for an answer.
type admission struct {
	count, bytes *semaphore.Weighted
	maxBytes     int64

	load load
}

func newAdmission(count int, bytes int64, l load) *admission {
	return &admission{
		count:    semaphore.NewWeighted(int64(count)),
		bytes:    semaphore.NewWeighted(bytes),
		maxBytes: bytes,
		load:     l,
	}
}

// try admits a request of n bytes, or says at once that there is no room.
func (a *admission) try(n int) (leave func(), ok bool) {
	weight := a.weight(n)
	if !a.count.TryAcquire(1) {
		return nil, false
	}
	if !a.bytes.TryAcquire(weight) {
		a.count.Release(1)
		return nil, false
	}
	return a.enter(weight), true
}

// more admits one request more, whose bytes are admitted already, or says at once that there is no room.
func (a *admission) more() (leave func(), ok bool) {
	if !a.count.TryAcquire(1) {
		return nil, false
	}
	a.load.requests.Inc()
	return func() {
		a.load.requests.Dec()
		a.count.Release(1)
	}, true
}

// wait admits a request of n bytes as soon as there is room.
func (a *admission) wait(ctx context.Context, n int) (leave func(), err error) {
	weight := a.weight(n)
	if err := a.count.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	if err := a.bytes.Acquire(ctx, weight); err != nil {
		a.count.Release(1)
		return nil, err
	}
	return a.enter(weight), nil
}

// weight keeps a request that is larger than the whole limit admissible, alone.
func (a *admission) weight(n int) int64 { return min(max(int64(n), 1), a.maxBytes) }

func (a *admission) enter(weight int64) (leave func()) {
	a.load.requests.Inc()
	a.load.bytes.Add(float64(weight))
	return func() {
		a.load.requests.Dec()
		a.load.bytes.Sub(float64(weight))
		a.bytes.Release(weight)
		a.count.Release(1)
	}
}
