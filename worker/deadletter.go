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

// copyToDead writes a job to the dead letters: its body as it was, its headers
// and why it is there. Another burial of the same job, as after a worker that died
// before it could terminate it, is dropped by the stream as a duplicate.
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
// expectation or a rollup that was meant for one stream must not act on another.
func (w *Worker) deadHeader(d delivery, failure *messages.Error) nats.Header {
	header := nats.Header(maps.Clone(d.header))
	maps.DeleteFunc(header, func(name string, _ []string) bool {
		return len(name) >= 5 && strings.EqualFold(name[:5], "Nats-")
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
