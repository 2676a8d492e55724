package jet

import (
	"slices"
	"sync"
)

// A convoy lets reads of one stream that would wait anyway share a request. To ask
// for what is new costs the server, the connection and this worker some 20 µs of
// processor time together, and nearly always it brings nothing. So few requests
// are on their way at once, and who comes meanwhile rides with the next: one batched get
// names the wildcards of all, and each takes from the answer what is under its own.
// It is sent after each of them came, so the answer is as fresh as one of its
// own. Who finds the way free goes at once: a single caller waits for nobody.
//
// An answer for several does not tell that there is nothing at all under one of
// the wildcards.
type convoy struct {
	direct *Direct

	mu    sync.Mutex
	out   int     // requests on their way
	queue []rider // who waits for the next
}

// A rider is a read that waits or shares a request. Its seat is a call that was
// not sent itself: what is the rider's of the answer is put into it.
type rider struct {
	seat  *Call
	gen   uint32
	reply string // the seat's own reply subject, for a rider who goes alone after all
	key   string // the wildcard that it asks for
	from  uint64 // the first sequence that it asks for
}

const (
	abreast   = 2       // requests on their way at once before others wait
	maxRiders = 32      // wildcards of a request: compaction leaves some 300 subjects under so many, and the server gives 1,024
	maxSpan   = 1 << 16 // how far apart their first sequences are: each is sent what came after the least
)

// ask asks for what is under a wildcard from a sequence on, alone or with others.
func (v *convoy) ask(key string, from uint64) (*Call, error) {
	seat, reply, err := v.direct.mux.open(false)
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
	d := v.direct
	body := d.bodies.Get().(*[]byte)
	defer d.bodies.Put(body)
	if shared == nil {
		*body = d.appendMultiLast((*body)[:0], first.key, first.from, 0)
		return d.mux.nc.PublishRequest(d.subject, first.reply, *body)
	}
	d.shared.Add(float64(len(shared.riders)))
	*body = d.appendLastOfEach((*body)[:0], shared.riders)
	return d.mux.nc.PublishRequest(d.subject, shared.reply, *body)
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
func (v *convoy) arrived(c *Call, shared *trip) {
	v.mu.Lock()
	v.out--
	if shared != nil {
		shared.over = true
	}
	v.depart()
	if shared != nil {
		share(c.replies, shared.riders)
		c.Release()
	}
}

// left is told that a call was given up before it ended.
func (v *convoy) left(c *Call) {
	v.mu.Lock()
	v.without(c)
	v.depart()
}

// without takes a rider out who gave up: of the queue, of a trip, or with its own request.
func (v *convoy) without(c *Call) {
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
		shared.call.Release()
		v.out--
	}
}
