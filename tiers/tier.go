package tiers

import (
	"context"
	"errors"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/context-manager/context-manager/messages"
)

// A tier is one KV bucket of owners' logs: L2 for sessions, L3 for users.
type tier struct {
	*Tiers
	label  string // l2 or l3, in metrics and messages
	stream string
	root   string // what its subjects begin with
	direct string // subject of direct gets
	reads  *breaker
	writes *breaker
	met    tierMetrics
	lead   leadership
	tail   tail
	flying flights
	convoy convoy
}

func (t *Tiers) newTier(label, bucket string) *tier {
	stream := streamOf(bucket)
	x := &tier{
		Tiers: t, label: label, stream: stream, root: rootOf(bucket),
		direct: "$JS.API.DIRECT.GET." + stream,
		met:    t.met.tier(label),
	}
	x.convoy.tier = x
	x.reads = t.newBreaker(label + "_read")
	x.writes = t.newBreaker(label + "_write")
	return x
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
	if callerLeft(cause) && !errors.Is(cause, errBusy) {
		return messages.Caused(messages.CodeDeadline, cause, "the request ended before "+t.describe()+" answered")
	}
	return messages.Caused(messages.CodeUnavailable, cause, t.describe()+" did not answer: "+reason(cause)+"; try again").
		After(t.cfg.Breaker.Open)
}

func (t *tier) describe() string {
	if t.label == "l2" {
		return "the session tier"
	}
	return "the user tier"
}
