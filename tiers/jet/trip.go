package jet

import (
	"errors"
	"slices"
	"strconv"

	"github.com/nats-io/nats.go"
)

// A trip is a request that several riders share.
type trip struct {
	call   *Call
	reply  string // the call's reply subject
	riders []rider
	absent int  // riders who gave up
	over   bool // answered, not sent, or given up by all: the call is somebody else's
}

// ErrAlone tells who shared a request that its answer does not do: it must be asked alone.
var ErrAlone = errors.New("the shared request was not answered for each")

// gather makes a trip of riders who wait; nil if there is no call left for it.
func (v *convoy) gather(riders []rider) *trip {
	c, reply, err := v.direct.mux.open(false)
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

// appendLastOfEach writes the request for what all riders ask for, in which
// each wildcard is named once.
func (d *Direct) appendLastOfEach(dst []byte, riders []rider) []byte {
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
	return append(d.appendLimit(dst), '}')
}

// share gives each rider what is its own of an answer, from where it asked.
func share(replies Replies, riders []rider) {
	last := len(replies) - 1
	end, err := replies.End()
	switch {
	case errors.Is(err, ErrTooMany), errors.Is(err, ErrChanging): // one wildcard's trouble is not the others'
		err = ErrAlone
	case err == nil && (end.More > 0 || !end.None && replies.whole() != nil):
		err = ErrAlone
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
		if !Under(r.key, msg.Header.Get(subjectHeader)) {
			continue
		}
		if seq, err := parseHeader(msg.Header, sequenceHeader, false); err != nil || seq >= r.from {
			dst = append(dst, msg)
		}
	}
	return dst
}
