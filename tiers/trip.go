package tiers

import (
	"errors"
	"slices"
	"strconv"

	"github.com/nats-io/nats.go"
)

// A trip is a request that several riders share.
type trip struct {
	call   *call
	reply  string // the call's reply subject
	riders []rider
	absent int  // riders who gave up
	over   bool // answered, not sent, or given up by all: the call is somebody else's
}

// errAlone tells a rider that the shared answer does not do: it must ask alone.
var errAlone = errors.New("the shared request was not answered for each")

// gather makes a trip of riders who wait; nil if there is no call left for it.
func (v *convoy) gather(riders []rider) *trip {
	c, reply, err := v.tier.mux.open(false)
	if err != nil {
		return nil
	}
	shared := &trip{call: c, reply: reply, riders: slices.Clone(riders)}
	c.join(v)
	c.ride(shared)
	for _, r := range shared.riders {
		r.seat.ride(shared)
	}
	return shared
}

// appendLastOfEach writes the request for the segments of all riders, in which
// each owner is named once.
func (t *tier) appendLastOfEach(dst []byte, riders []rider) []byte {
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
	return append(t.appendLimit(dst), '}')
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
	for _, msg := range msgs {
		if !isUnder(r.key, msg.Header.Get(subjectHeader)) {
			continue
		}
		if seq, err := parseHeader(msg.Header, sequenceHeader, false); err != nil || seq >= r.from {
			dst = append(dst, msg)
		}
	}
	return dst
}
