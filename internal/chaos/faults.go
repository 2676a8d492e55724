package chaos

import (
	"context"
	"slices"
	"time"
)

// A fault is something that happens to a deployment.
type fault struct {
	name  string
	often int // how often beside the others
	do    func(*run, context.Context)
}

// LossOfALeader is the fault that takes away the server that leads the sessions' bucket.
const LossOfALeader = "loss of a leader"

// faults lists what can happen. Each is over when it returns: then the
// deployment is whole, if not yet at work again.
func faults(size int) []fault {
	all := []fault{
		{"kill -9 of a worker", 5, (*run).killWorker},
		{"SIGTERM to a worker", 3, (*run).stopWorker},
		{"every connection cut", 3, (*run).cutConnections},
		{"network away for a moment", 2, (*run).blackout},
		{"restart of a server", 2, (*run).restartServer},
	}
	if size > 1 {
		all = append(all, fault{"loss of a server", 2, (*run).loseServer}, fault{LossOfALeader, 2, (*run).loseLeader},
			fault{"partition of a server", 3, (*run).partition})
	}
	return all
}

func (r *run) killWorker(context.Context) { <-r.fleet.end(r.chance.IntN(len(r.fleet.slots)), killed) }

// stopWorker waits for the drain, which must go well: nothing else is broken meanwhile.
func (r *run) stopWorker(ctx context.Context) {
	if !r.whole(ctx) {
		return
	}
	select {
	case <-r.fleet.end(r.chance.IntN(len(r.fleet.slots)), told):
	case <-ctx.Done():
	}
}

func (r *run) cutConnections(context.Context) {
	for _, p := range r.backend.proxies {
		p.Drop()
	}
}

func (r *run) blackout(ctx context.Context) {
	for _, p := range r.backend.proxies {
		p.Cut()
	}
	r.pause(ctx, 200*time.Millisecond, 2*time.Second)
	for _, p := range r.backend.proxies {
		p.Heal()
	}
}

func (r *run) restartServer(ctx context.Context) {
	i := r.chance.IntN(r.backend.size())
	r.backend.stop(i)
	r.pause(ctx, 0, time.Second)
	r.backend.start(i)
}

func (r *run) loseServer(ctx context.Context) { r.lose(ctx, r.chance.IntN(r.backend.size())) }

func (r *run) loseLeader(ctx context.Context) {
	if leader := r.backend.leader("KV_ctx_short"); leader >= 0 {
		r.lose(ctx, leader)
	}
}

// lose takes a server away without a farewell, and gives it back.
func (r *run) lose(ctx context.Context, i int) {
	r.backend.cut(i)
	r.backend.proxies[i].Cut()
	r.backend.stop(i)
	r.pause(ctx, time.Second, 6*time.Second)
	r.backend.start(i)
	r.backend.proxies[i].Heal()
	r.backend.heal(i)
}

// partition cuts a server off from the others, but not from its workers and callers.
func (r *run) partition(ctx context.Context) {
	i := r.chance.IntN(r.backend.size())
	r.backend.cut(i)
	r.pause(ctx, time.Second, 6*time.Second)
	r.backend.heal(i)
}

// pause waits for a random time, or until ctx ends.
func (r *run) pause(ctx context.Context, least, most time.Duration) {
	timer := time.NewTimer(least + time.Duration(r.chance.Int64N(int64(most-least)+1)))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// torment lets one fault after another happen until ctx ends.
func (r *run) torment(ctx context.Context) {
	var wheel []fault
	for _, f := range faults(r.backend.size()) {
		if len(r.o.Faults) > 0 && !slices.Contains(r.o.Faults, f.name) {
			continue
		}
		for range f.often {
			wheel = append(wheel, f)
		}
	}
	for ctx.Err() == nil {
		r.pause(ctx, 100*time.Millisecond, 1200*time.Millisecond)
		f := wheel[r.chance.IntN(len(wheel))]
		begun := r.g.now()
		f.do(r, ctx)
		r.log("fault: %s, %s to %s", f.name, moment(begun), moment(r.g.now()))
		r.happened[f.name]++
	}
}
