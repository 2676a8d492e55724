package tiers

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/nats-io/nats.go"
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

// A trip is a request that several riders share.
type trip struct {
	call   *call
	riders []rider
	absent int  // riders who gave up
	over   bool // answered, or given up by all
}

const (
	abreast   = 2       // requests on their way at once before others wait
	maxRiders = 32      // owners of a request: compaction leaves them some 300 segments, and the server gives 1,024
	maxSpan   = 1 << 16 // how far apart their first sequences are: each is sent what came after the least
)

// errAlone tells a rider that the shared answer does not do: it must ask alone.
var errAlone = errors.New("the shared request was not answered for each")

// ask asks for an owner's segments from a sequence on, alone or with others.
func (v *convoy) ask(key string, from uint64) (*call, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	seat, reply, err := v.tier.mux.open(false)
	if err != nil {
		return nil, err
	}
	seat.join(v, nil)
	v.queue = append(v.queue, rider{seat: seat, gen: seat.gen, reply: reply, key: key, from: from})
	v.depart()
	return seat, nil
}

// depart sends requests while the way is free, for all who wait.
func (v *convoy) depart() {
	for v.out < abreast && len(v.queue) > 0 {
		riders := v.board()
		v.out++
		if err := v.send(riders); err != nil {
			v.out--
			for _, r := range riders {
				r.seat.settle(r.gen, nil, err)
			}
		}
		v.queue = slices.Delete(v.queue, 0, len(riders))
	}
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

// send publishes a request. One rider uses its own seat.
func (v *convoy) send(riders []rider) error {
	t := v.tier
	body := t.bodies.Get().(*[]byte)
	defer t.bodies.Put(body)
	if len(riders) == 1 {
		r := &riders[0]
		*body = t.appendMultiLast((*body)[:0], r.key, r.from, 0)
		return t.nc.PublishRequest(t.direct, r.reply, *body)
	}
	c, reply, err := t.mux.open(false)
	if err != nil {
		return err
	}
	shared := &trip{call: c, riders: slices.Clone(riders)}
	c.join(v, shared)
	for _, r := range shared.riders {
		r.seat.join(v, shared)
	}
	*body = v.appendRequest((*body)[:0], riders)
	t.met.together.Add(float64(len(riders)))
	if err := t.nc.PublishRequest(t.direct, reply, *body); err != nil {
		c.leave()
		t.mux.release(c)
		return err
	}
	return nil
}

// appendRequest writes the request for the segments of all riders, in which
// each owner is named once.
func (v *convoy) appendRequest(dst []byte, riders []rider) []byte {
	dst = append(dst, `{"multi_last":[`...)
	least := riders[0].from
	for n, r := range riders {
		least = min(least, r.from)
		if !slices.ContainsFunc(riders[:n], func(before rider) bool { return before.key == r.key }) {
			dst = append(append(append(dst, '"'), r.key...), '"', ',')
		}
	}
	dst[len(dst)-1] = ']' // in place of the last comma
	dst = strconv.AppendUint(append(dst, `,"seq":`...), least, 10)
	return append(v.tier.appendLimit(dst), '}')
}

// arrived is told that a request has been answered. Who shared it is given its part.
func (v *convoy) arrived(c *call, shared *trip) {
	v.mu.Lock()
	v.out--
	if shared != nil {
		shared.over = true
	}
	v.depart()
	v.mu.Unlock()
	if shared != nil {
		share(c.replies, shared.riders)
		v.tier.mux.release(c)
	}
}

// left is told that a call was given up before it ended.
func (v *convoy) left(c *call) {
	v.mu.Lock()
	defer v.mu.Unlock()
	shared := c.trip
	if shared == nil {
		if n := slices.IndexFunc(v.queue, func(r rider) bool { return r.seat == c }); n >= 0 {
			v.queue = slices.Delete(v.queue, n, n+1)
			return
		}
	} else if shared.absent++; shared.over || shared.absent < len(shared.riders) {
		return
	} else {
		shared.over = true
		if shared.call.leave() == nil {
			return // it arrives at this moment
		}
		v.tier.mux.release(shared.call)
	}
	v.out--
	v.depart()
}

// share gives each rider what is its owner's of an answer, from where it asked.
func share(replies []*nats.Msg, riders []rider) {
	last := len(replies) - 1
	end, err := parseEnd(replies[last])
	switch {
	case errors.Is(err, errTooMany), errors.Is(err, errChanging): // one owner's trouble is not the others'
		err = errAlone
	case err == nil && (end.more > 0 || !end.none && checkWhole(replies) != nil):
		err = errAlone
	default:
		err = nil // what else is wrong each rider reads in the end itself
	}
	var part []*nats.Msg
	for _, r := range riders {
		part = part[:0]
		if err == nil {
			part = append(r.pick(part, replies[:last]), replies[last])
		}
		r.seat.settle(r.gen, part, err)
	}
}

// pick appends those of the messages that a rider asked for.
func (r *rider) pick(dst, msgs []*nats.Msg) []*nats.Msg {
	owner := strings.TrimSuffix(r.key, ">")
	for _, msg := range msgs {
		if !strings.HasPrefix(msg.Header.Get(subjectHeader), owner) {
			continue
		}
		if seq, err := parseHeader(msg.Header, sequenceHeader, false); err != nil || seq >= r.from {
			dst = append(dst, msg)
		}
	}
	return dst
}

// join makes a call one of a convoy's.
func (c *call) join(v *convoy, shared *trip) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.convoy, c.trip = v, shared
}
