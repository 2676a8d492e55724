package tiers

import (
	"context"
	"errors"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/tiers/streams"
)

// A tier is one KV bucket of owners' logs: L2 for sessions, L3 for users.
type tier struct {
	*Tiers
	tierKind
	stream jet.Stream
	root   string // what its subjects begin with
	direct *jet.Direct
	reads  *breaker
	writes *breaker
	met    tierMetrics
	lead   leadership
	tail   tail
	space  space
	flying flights
}

// A tierKind is what the two tiers do not have alike.
type tierKind struct {
	label       string        // in metrics and logs
	name        string        // in messages to callers
	holds       string        // what an owner has there, in messages to callers
	limits      limit         // what one owner may have
	forgetAfter time.Duration // an owner without a write for this long goes; 0 never
}

func (t *Tiers) sessionTier() *tier {
	return t.newTier(t.streams.Names.Short, tierKind{
		label: "l2", name: "the session tier", holds: "session",
		limits: limit{items: t.cfg.GC.SessionItems, bytes: t.cfg.GC.SessionBytes}, forgetAfter: t.cfg.GC.ForgetShort,
	})
}

func (t *Tiers) userTier() *tier {
	return t.newTier(t.streams.Names.Long, tierKind{
		label: "l3", name: "the user tier", holds: "user's items",
		limits: limit{items: t.cfg.GC.UserItems, bytes: t.cfg.GC.UserBytes}, forgetAfter: t.cfg.GC.ForgetLong,
	})
}

func (t *Tiers) newTier(bucket string, kind tierKind) *tier {
	stream := t.streamOf(bucket)
	x := &tier{
		Tiers: t, tierKind: kind, stream: stream, root: streams.RootOf(bucket),
		direct: jet.NewDirect(t.mux, jet.DirectGet+stream.Name, t.cfg.Read.AnswerBytes, t.met.together),
		met:    t.met.tier(kind.label),
	}
	x.reads = t.newBreaker(kind.label + "_read")
	x.writes = t.newBreaker(kind.label + "_write")
	return x
}

// streamOf is the stream that backs a bucket.
func (t *Tiers) streamOf(bucket string) jet.Stream {
	return jet.Stream{Mux: t.mux, Name: streams.OfBucket(bucket)}
}

func (t *Tiers) newBreaker(name string) *breaker {
	gauge := t.met.breaker.WithLabelValues(name)
	gauge.Set(0)
	return newBreaker(name, t.cfg.Breaker, t.log, func(s gobreaker.State) { gauge.Set(float64(s)) })
}

// tierOf is the tier that holds the owner's items.
func (t *Tiers) tierOf(o messages.Owner) (*tier, error) {
	switch o.Kind {
	case messages.SessionOwner:
		return t.short, nil
	case messages.UserOwner:
		return t.long, nil
	default:
		return nil, messages.Errorf(messages.CodeBadRequest, "the request names neither a session nor a user: name one")
	}
}

// budget is how long this tier may take for one read: its own deadline, or
// three quarters of what the caller has left, so that an answer without this
// tier still goes out in time.
func (t *tier) budget(ctx context.Context) time.Duration {
	most := t.cfg.Read.Deadline
	if deadline, ok := ctx.Deadline(); ok {
		// Deadlines of contexts are in the machine's time, not in the injected clock's.
		most = min(most, time.Until(deadline)*3/4)
	}
	return most
}

// unavailable is the error a caller sees when the tier could not be used.
func (t *tier) unavailable(cause error) error {
	if part := new(page.SegmentError); errors.As(cause, &part) {
		return t.unreadable(cause)
	}
	if callerLeft(cause) && !errors.Is(cause, jet.ErrBusy) {
		return messages.Caused(messages.CodeDeadline, cause, "time was up before "+t.name+" answered: try again")
	}
	return messages.Caused(messages.CodeUnavailable, cause, t.name+" did not answer: "+t.reason(cause)+"; try again").
		After(t.cfg.Breaker.Open)
}

// unreadable is the error of a segment that cannot be read. What a newer worker wrote
// another one reads, while workers are upgraded. One that is damaged does not pass as
// an outage does, and is none.
func (t *tier) unreadable(cause error) error {
	log := t.log.Error().Err(cause).Str("stream", t.stream.Name)
	if !errors.Is(cause, page.ErrCorrupt) {
		log.Msg("a segment is of a newer version: upgrade this worker")
		return messages.Caused(messages.CodeUnavailable, cause, "a newer worker wrote a part of what the "+t.holds+" has, which this one cannot read: try again").
			After(t.cfg.Breaker.Open)
	}
	log.Msg("a segment cannot be read: remove it with nats stream rmm, or its owner stays unreadable")
	return messages.Caused(messages.CodeInternal, cause, "a part of what the "+t.holds+" has cannot be read: the worker's log says which")
}
