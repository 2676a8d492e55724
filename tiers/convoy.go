package tiers

import (
	"slices"
	"sync"
)

// A convoy lets reads of one tier that would wait anyway share a request. A
// delta costs the server, the connection and this worker some 20 µs of processor
// time together, and nearly always it brings nothing. So few requests are on
// their way at once, and who comes meanwhile rides with the next: one batched get
// names the owners of all, and each takes from the answer what is its owner's.
// It is sent after each of them came, so the answer is as fresh as one of its
// own. Who finds the way free goes at once: a single caller waits for nobody.
//
// An answer for several does not tell that one of them has no segment at all.
// What workers do leaves tombstones until no page can hold what they bury.
type convoy struct {
	tier *tier

	mu    sync.Mutex
	out   int     // requests on their way
	queue []rider // who waits for the next
}

// A rider is a read that waits or shares a request. Its seat is a call that was
// not sent itself: what is the rider's of the answer is put into it.
type rider struct {
	seat  *call
	gen   uint32
	reply string // the seat's own reply subject, for a rider who goes alone after all
	key   string // the owner's wildcard subject
	from  uint64 // the first sequence that it asks for
}

const (
	abreast   = 2       // requests on their way at once before others wait
	maxRiders = 32      // owners of a request: compaction leaves them some 300 segments, and the server gives 1,024
	maxSpan   = 1 << 16 // how far apart their first sequences are: each is sent what came after the least
)

// ask asks for an owner's segments from a sequence on, alone or with others.
func (v *convoy) ask(key string, from uint64) (*call, error) {
	seat, reply, err := v.tier.mux.open(false)
	if err != nil {
		return nil, err
	}
	seat.join(v)
	v.mu.Lock()
	v.queue = append(v.queue, rider{seat: seat, gen: seat.gen, reply: reply, key: key, from: from})
	v.depart()
	return seat, nil
}

// depart sends requests while the way is free, for all who wait. It is called
// with the lock and returns without it, and publishes without it: a connection
// that takes nothing holds up who publishes, and neither those who give up nor
// those who come.
func (v *convoy) depart() {
	for v.free() {
		first, shared := v.next()
		more := v.free()
		v.mu.Unlock()
		if err := v.send(first, shared); err != nil {
			v.unsent(first, shared, err)
			more = true
		}
		if !more {
			return
		}
		v.mu.Lock()
	}
	v.mu.Unlock()
}

// free tells whether somebody waits who may go.
func (v *convoy) free() bool { return v.out < abreast && len(v.queue) > 0 }

// next takes off the queue who goes now: one rider, who uses its own seat, or
// the first of several and the trip that they share.
func (v *convoy) next() (first rider, shared *trip) {
	riders := v.board()
	if len(riders) > 1 {
		shared = v.gather(riders)
	}
	if shared == nil { // one there is, or no call for several: the others go later
		riders = riders[:1]
	}
	first = riders[0]
	v.queue = slices.Delete(v.queue, 0, len(riders))
	v.out++
	return first, shared
}

// board gives those of the queue who can share the next request.
func (v *convoy) board() []rider {
	least, most := v.queue[0].from, v.queue[0].from
	for n, r := range v.queue[:min(len(v.queue), maxRiders)] {
		least, most = min(least, r.from), max(most, r.from)
		if most-least > maxSpan {
			return v.queue[:n]
		}
	}
	return v.queue[:min(len(v.queue), maxRiders)]
}

// send publishes a request.
func (v *convoy) send(first rider, shared *trip) error {
	t := v.tier
	body := t.bodies.Get().(*[]byte)
	defer t.bodies.Put(body)
	if shared == nil {
		*body = t.appendMultiLast((*body)[:0], first.key, first.from, 0)
		return t.nc.PublishRequest(t.direct, first.reply, *body)
	}
	t.met.together.Add(float64(len(shared.riders)))
	*body = t.appendLastOfEach((*body)[:0], shared.riders)
	return t.nc.PublishRequest(t.direct, shared.reply, *body)
}

// unsent ends what could not be published, and tells who waits for it. Who has
// given up meanwhile has told the convoy, or is about to, and is not counted twice.
func (v *convoy) unsent(first rider, shared *trip, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if shared == nil {
		if first.seat.settle(first.gen, nil, err) {
			v.out--
		}
		return
	}
	v.abandon(shared)
	for _, r := range shared.riders {
		r.seat.settle(r.gen, nil, err)
	}
}

// arrived is told that a request has been answered. Who shared it is given its part.
func (v *convoy) arrived(c *call, shared *trip) {
	v.mu.Lock()
	v.out--
	if shared != nil {
		shared.over = true
	}
	v.depart()
	if shared != nil {
		share(c.replies, shared.riders)
		v.tier.mux.release(c)
	}
}

// left is told that a call was given up before it ended.
func (v *convoy) left(c *call) {
	v.mu.Lock()
	v.without(c)
	v.depart()
}

// without takes a rider out who gave up: of the queue, of a trip, or with its own request.
func (v *convoy) without(c *call) {
	if shared := c.trip; shared != nil {
		if shared.absent++; shared.absent == len(shared.riders) {
			v.abandon(shared)
		}
		return
	}
	if n := slices.IndexFunc(v.queue, func(r rider) bool { return r.seat == c }); n >= 0 {
		v.queue = slices.Delete(v.queue, n, n+1)
		return
	}
	v.out--
}

// abandon ends a trip that nobody waits for any more, unless it is over.
func (v *convoy) abandon(shared *trip) {
	if shared.over {
		return
	}
	shared.over = true
	if shared.call.leave() != nil { // else it arrives at this moment
		v.tier.mux.release(shared.call)
		v.out--
	}
}
