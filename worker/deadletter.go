package worker

import (
	"context"
	"errors"
	"maps"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// The headers of a dead letter, beside those of the request that it copies.
const (
	DeadCode     = "Ctx-Dead-Code"     // the error code
	DeadError    = "Ctx-Dead-Error"    // the error's message
	DeadTime     = "Ctx-Dead-Time"     // when it was buried, unix ms
	DeadAttempts = "Ctx-Dead-Attempts" // how often it had been delivered
	DeadSequence = "Ctx-Dead-Sequence" // its sequence in the stream of jobs
	DeadSubject  = "Ctx-Dead-Subject"  // the subject it was published to
	DeadWorker   = "Ctx-Dead-Worker"   // who buried it
	DeadPlaces   = "Ctx-Dead-Places"   // of a bundle: the places of the requests that failed, from 0, as in "0,3"; the others were done, or expired
)

// writeLetter copies a job to the dead letters, if no earlier delivery did, and tells
// whether its letter is there. Of a bundle, places are those of the requests that
// failed, if not all did.
func (j *job) writeLetter(work context.Context, v envelope.Verified, failure *messages.Error, places []string) bool {
	w := j.w
	ctx, cancel := context.WithTimeout(work, w.bounds.Load().timeout)
	defer cancel()
	if j.hasLetter(ctx, v) {
		return true
	}
	err := w.copyToDead(ctx, j.delivery, v, failure, places)
	if err != nil {
		w.deps.Logger.Error().Err(err).Str("request", v.ID()).Msg("a job could not be copied to the dead letters: it stays in the queue")
	}
	return err == nil
}

// A job whose end is lost on its way to the server is buried again. So the ledger
// has an entry for each letter, by which it is written once and counted once.

// buriedID is what the ledger knows that by. No request has such an id.
func buriedID(v envelope.Verified) string { return v.ID() + ".buried" }

// hasLetter tells whether an earlier delivery buried a job. Where that is not known
// the letter is written again, which the stream notices for a while.
func (j *job) hasLetter(ctx context.Context, v envelope.Verified) bool {
	if j.attempts == 1 {
		return false
	}
	has, err := j.w.deps.Ledger.Taken(ctx, v.KeyID(), buriedID(v), j.name)
	return err == nil && has
}

// noteLetter counts a letter and has the ledger know of it, once its caller is told: a
// worker that dies before that leaves both to the next. What is past its key's rate
// is only counted: the rate bounds what a key has the ledger hold.
func (j *job) noteLetter(work context.Context, v envelope.Verified, code messages.Code) {
	if code == messages.CodeRateLimited || j.enter(work, v, buriedID(v)) {
		j.w.metrics.buried(code)
	}
}

// copyToDead writes a job to the dead letters: its body as it was, its headers
// and why it is there. Another burial of the same job, as after a worker that died
// before the ledger knew of it, is dropped by the stream as a duplicate, for a while.
//
// Of a bundle, places are those of the requests that failed, if not all did.
//
// A job may be as large as a message can be. Then headers that are neither ours
// nor signed make room for why it is there.
func (w *Worker) copyToDead(ctx context.Context, d delivery, v envelope.Verified, failure *messages.Error, places []string) error {
	m := &nats.Msg{Subject: w.deps.Subjects.Dead(v.Tenant(), v.Op()), Header: w.deadHeader(d, failure), Data: d.body}
	if len(places) > 0 {
		m.Header[DeadPlaces] = []string{strings.Join(places, ",")}
	}
	id := jetstream.WithMsgID("dead-" + v.ID() + "-" + strconv.FormatUint(d.streamSeq, 10))
	_, err := w.js.PublishMsg(ctx, m, id)
	if errors.Is(err, nats.ErrMaxPayload) {
		maps.DeleteFunc(m.Header, func(name string, _ []string) bool { return !strings.HasPrefix(name, "Ctx-") })
		_, err = w.js.PublishMsg(ctx, m, id)
	}
	return err
}

// deadHeader copies the request's headers, but none of JetStream's own: an
// expectation or a rollup that was meant for one stream must not act on another, and
// a letter whose header Status reads as a server's word is no message to who lists them.
func (w *Worker) deadHeader(d delivery, failure *messages.Error) nats.Header {
	header := nats.Header(maps.Clone(d.header))
	maps.DeleteFunc(header, func(name string, _ []string) bool {
		return len(name) >= 5 && strings.EqualFold(name[:5], "Nats-") || strings.EqualFold(name, "Status")
	})
	header[DeadCode] = []string{string(failure.Code)}
	header[DeadError] = []string{headerText(failure.Message)}
	header[DeadTime] = []string{strconv.FormatInt(w.deps.Clock().UnixMilli(), 10)}
	header[DeadAttempts] = []string{strconv.FormatUint(d.attempts, 10)}
	header[DeadSequence] = []string{strconv.FormatUint(d.streamSeq, 10)}
	header[DeadSubject] = []string{d.subject}
	header[DeadWorker] = []string{headerText(w.cfg.ID)}
	return header
}
