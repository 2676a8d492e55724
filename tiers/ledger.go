package tiers

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/streams"
)

// The ledger remembers which request ids were seen. Its key is
// <key id>.<request id>, its value names the delivery that took it and a
// random number, by which a taker knows its own entry after a publish whose
// outcome it did not learn.
type ledger struct {
	*Tiers
	root    string
	stream  jet.Stream
	random  io.Reader
	breaker *breaker
	met     tierMetrics
}

// AskDelivery is the delivery of a request on the ask lane, which comes once.
// One on the job lane is "job:" and its stream sequence.
const AskDelivery = "ask"

const nonceBytes = 12

func newLedger(t *Tiers, random io.Reader) *ledger {
	return &ledger{
		Tiers: t, root: streams.RootOf(t.streams.Names.Ledger), stream: t.streamOf(t.streams.Names.Ledger),
		random: random, breaker: t.newBreaker("ledger"), met: t.met.tier("ledger"),
	}
}

// Take enters a request id in the ledger. Exactly one delivery of an id gets
// it: first is true for that one, and false when the same job delivery comes
// again. Any other delivery, and an ask's id a second time, is CodeReplayed.
// CodeUnavailable and CodeDeadline mean that nothing is known: the request
// must not take effect. Life is the request's own, from its signing to its expiry.
func (t *Tiers) Take(ctx context.Context, key, id, delivery string, life time.Duration) (first bool, err error) {
	l := t.ledger
	nonce, err := l.nonce()
	if err != nil {
		return false, messages.Caused(messages.CodeInternal, err, "no randomness for the ledger")
	}
	limited, cancel := jet.Within(ctx, t.cfg.Write.Deadline)
	defer cancel()
	e := entry{ledger: l, subject: l.subject(key, id), delivery: delivery, nonce: nonce, life: l.memory(delivery, life)}
	began := t.clock()
	first, err = jet.Retry(limited, t.cfg.Write.Backoff, func() (bool, error) { return e.try(limited) })
	l.met.write(outcomeOf(err), t.clock().Sub(began))
	return first, l.failure(err)
}

// Taken tells whether a delivery has an id, which it does not take. Its errors
// are those of Take: CodeReplayed if another one has it.
func (t *Tiers) Taken(ctx context.Context, key, id, delivery string) (bool, error) {
	l := t.ledger
	done, err := l.breaker.allow()
	if err != nil {
		return false, l.failure(err)
	}
	have, err := l.stream.Last(ctx, l.subject(key, id), l.cfg.Read.Attempt)
	if errors.Is(err, jet.ErrNone) {
		done(nil)
		return false, nil
	}
	done(err)
	if err != nil {
		return false, l.failure(err)
	}
	if taker, _, _ := strings.Cut(string(have.Data), " "); taker != delivery {
		return false, errReplayed()
	}
	return true, nil
}

func (l *ledger) subject(key, id string) string {
	return l.root + messages.Escape(key) + "." + messages.Escape(id)
}

// failure is the error that a caller sees.
func (l *ledger) failure(err error) error {
	var coded *messages.Error
	switch {
	case err == nil, errors.As(err, &coded):
		return err
	case callerLeft(err) && !errors.Is(err, jet.ErrBusy):
		return messages.Caused(messages.CodeDeadline, err, "time was up before the ledger answered: try again")
	default:
		return messages.Caused(messages.CodeUnavailable, err, "the ledger of request ids did not answer: "+l.reason(err)+"; try again").
			After(l.cfg.Breaker.Open)
	}
}

func (l *ledger) nonce() (string, error) {
	var b [nonceBytes]byte
	if _, err := io.ReadFull(l.random, b[:]); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

// memory is how long an entry must be remembered. Of an ask the window alone
// decides for how long a copy is taken, of a job its life too.
func (l *ledger) memory(delivery string, life time.Duration) time.Duration {
	if delivery == AskDelivery {
		return l.cfg.Ledger.Past
	}
	return min(life, messages.MaxRequestLife) + l.cfg.Ledger.Past
}

func errReplayed() error {
	return messages.Errorf(messages.CodeReplayed, "this request id has been used: sign the request anew, with a new id")
}

// An entry is one attempt to take an id.
type entry struct {
	*ledger
	subject, delivery, nonce string
	life                     time.Duration
}

func (e *entry) try(ctx context.Context) (bool, error) {
	done, err := e.breaker.allow()
	if err != nil {
		return false, jet.Permanent(err)
	}
	msg := &nats.Msg{Subject: e.subject, Data: []byte(e.delivery + " " + e.nonce)}
	_, err = e.mux.Publish(ctx, msg, jet.Expected{}, e.life, e.cfg.Write.Attempt)
	done(err)
	switch {
	case err == nil:
		return true, nil
	case jet.Conflicted(err):
		return e.judge(ctx)
	default:
		return false, jet.PermanentIf(err, !jet.Unanswered(err) || jet.Full(err))
	}
}

// judge reads who has the id.
func (e *entry) judge(ctx context.Context) (bool, error) {
	have, err := e.stream.Last(ctx, e.subject, e.cfg.Read.Attempt)
	if err != nil {
		// None: it is on its way to being stored, or it has just expired. Look again.
		return false, jet.PermanentIf(err, !jet.Unanswered(err) && !errors.Is(err, jet.ErrNone))
	}
	delivery, nonce, _ := strings.Cut(string(have.Data), " ")
	switch {
	case nonce == e.nonce:
		return true, nil // our own publish, whose acknowledgement was lost
	case delivery == e.delivery && delivery != AskDelivery:
		return false, nil
	default:
		return false, jet.Permanent(errReplayed())
	}
}
