package worker

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/worker/operations"
)

// askDelivery is the ledger's name for whatever came on the ask lane.
const askDelivery = "ask"

// A delivery is one arrival of a message.
type delivery struct {
	lane    messages.Lane
	subject string
	reply   string // the transport's: of use on the ask lane alone
	header  map[string][]string
	body    []byte

	// name is what the ledger knows the delivery by: "job:" and the stream
	// sequence, which a redelivery has too, or askDelivery, which never comes twice.
	name       string
	streamTime time.Time // job lane: when the stream stored it
	streamSeq  uint64    // job lane
	attempts   uint64    // job lane: how often it was delivered, this time included
}

// now is the time by the clock that a lane's requests live by: what dated a
// job's arrival is the server's, and an ask has arrived just now.
func (w *Worker) now(lane messages.Lane) time.Time {
	if lane == messages.LaneJob && w.deps.ServerTime != nil {
		return w.deps.ServerTime()
	}
	return w.deps.Clock()
}

// stamp is the later of what this worker's clock says and the servers': by a clock
// that is behind, what a request did would be forgotten too soon.
func (w *Worker) stamp() time.Time {
	now := w.deps.Clock()
	if servers := w.now(messages.LaneJob); servers.After(now) {
		return servers
	}
	return now
}

// left is how much of a request's life is left.
func (w *Worker) left(v envelope.Verified) time.Duration { return v.Expires().Sub(w.now(v.Lane())) }

func (w *Worker) verify(d delivery, now time.Time) (v envelope.Verified, err error) {
	defer w.rescue(&err)
	return w.deps.Verifier.Verify(envelope.Incoming{
		Lane: d.lane, Subject: d.subject, Reply: d.reply, Header: d.header, Body: d.body,
		Now: now, StreamTime: d.streamTime,
	})
}

// first lets a request through that this worker has not had by another
// delivery. It asks nobody, so it comes before the key's rate: copies of what
// a caller has sent must not use that up.
//
// A request that changes something is only looked up here, and is known once
// the ledger has said whose delivery it is. Were it known sooner, a copy that
// comes before the delivery that has the entry would keep that one out.
func (w *Worker) first(v envelope.Verified, d delivery) error {
	var known bool
	if v.Op().Changes() {
		known = w.seen.knows(v.KeyID(), v.ID(), d.name) || d.name == askDelivery && w.seen.knows(v.KeyID(), refusedID(v), d.name)
	} else {
		known = !w.seen.take(v.KeyID(), v.ID(), d.name, w.deps.Clock())
	}
	if known {
		return messages.Errorf(messages.CodeReplayed, "this request id has been used: sign a new request with a new %s", envelope.HeaderID)
	}
	return nil
}

// once lets a request through one time among all workers, if it changes
// something. A read changes nothing and answers none but the inbox that was
// signed, so it is enough that each worker remembers it. What a copy has spent of
// its key's rate is given back.
func (w *Worker) once(ctx context.Context, v envelope.Verified, d delivery, spent int) (again bool, err error) {
	if !v.Op().Changes() {
		return false, nil
	}
	first, err := w.deps.Ledger.Take(ctx, v.KeyID(), v.ID(), d.name, v.Life())
	switch {
	case err == nil:
		w.seen.take(v.KeyID(), v.ID(), d.name, w.deps.Clock())
	case messages.HasCode(err, messages.CodeReplayed):
		w.rates.giveBack(v, spent, w.deps.Clock())
		if d.name == askDelivery { // what else comes as an ask is a copy too; a job that has the id may not be
			w.seen.take(v.KeyID(), refusedID(v), d.name, w.deps.Clock())
		}
	}
	return !first, err
}

// refusedID is by what an ask is remembered that the ledger refused. No request has such an id.
func refusedID(v envelope.Verified) string { return v.ID() + ".refused" }

// perform runs the request's operation and encodes its reply. A panic is an
// error of this request alone.
func (w *Worker) perform(ctx context.Context, r operations.Request) (body []byte, err error) {
	defer w.rescue(&err)
	operation, ok := w.operations[r.Op()]
	if !ok {
		return nil, messages.Errorf(messages.CodeUnknownOperation, "this worker does not offer %q", r.Op())
	}
	done, err := w.heavies.enter(ctx, r.Lane(), len(r.Body()))
	if err != nil {
		return nil, err
	}
	defer done()
	ctx, leave := w.room.Enter(ctx, r.Lane())
	defer leave()
	r.Scratch = w.buffers.get()
	defer w.buffers.put(r.Scratch)
	reply, err := operation(ctx, r)
	if err != nil {
		return nil, err
	}
	return w.buffers.encode(reply)
}

// until bounds the work on a request by its own expiry, or by the lane's limit if that comes first.
func (w *Worker) until(ctx context.Context, v envelope.Verified, limit time.Duration) (context.Context, context.CancelFunc) {
	life := w.left(v)
	if limit < life {
		ctx = context.WithValue(ctx, earlyEnd{}, true)
	}
	return context.WithTimeout(ctx, min(limit, life))
}

type earlyEnd struct{}

// endsEarly tells whether the time of the work is the worker's, and the request has more.
func endsEarly(ctx context.Context) bool { return ctx.Value(earlyEnd{}) != nil }

// rescue turns a panic into CodeInternal. What was panicked with is logged by
// its type alone, unless the runtime made it: anything else may hold item text.
func (w *Worker) rescue(err *error) {
	p := recover()
	if p == nil {
		return
	}
	w.metrics.panics.Inc()
	w.deps.Logger.Error().Str("panic", describePanic(p)).Bytes("stack", debug.Stack()).Msg("a handler panicked: please report this")
	*err = messages.Caused(messages.CodeInternal, fmt.Errorf("panic of type %T", p), internalMessage)
}
