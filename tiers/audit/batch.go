package audit

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
)

// mostRecords is how many records one message holds at most.
const mostRecords = 1024

func (w *Writer) run() {
	defer close(w.done)
	defer w.giveUp()
	for {
		select {
		case e := <-w.queue:
			w.publish(w.batch(e))
		case <-w.stop:
			w.drain()
			return
		}
	}
}

// drain publishes what is queued when the writer closes.
func (w *Writer) drain() {
	for {
		select {
		case e := <-w.queue:
			w.publish(w.batch(e))
		default:
			return
		}
	}
}

// batch takes what else comes while the first record lingers, up to a limit;
// when the writer closes, what is queued. A message a record would be a third
// publish for each store.
func (w *Writer) batch(first messages.AuditEvent) []messages.AuditEvent {
	events := []messages.AuditEvent{first}
	linger := time.NewTimer(w.cfg.Linger)
	defer linger.Stop()
	for len(events) < mostRecords {
		select {
		case e := <-w.queue:
			events = append(events, e)
		case <-linger.C:
			return events
		case <-w.stop:
			return w.rest(events)
		}
	}
	return events
}

// rest takes what is queued without waiting.
func (w *Writer) rest(events []messages.AuditEvent) []messages.AuditEvent {
	for len(events) < mostRecords {
		select {
		case e := <-w.queue:
			events = append(events, e)
		default:
			return events
		}
	}
	return events
}

// publish stores records as one message.
func (w *Writer) publish(events []messages.AuditEvent) {
	var body []byte
	written := 0
	for _, e := range events {
		var err error
		if body, err = messages.AppendAudit(body, e); err != nil {
			w.lost(err, 1)
			continue
		}
		written++
	}
	if err := w.put(body); err != nil {
		w.lost(err, written)
		return
	}
	w.deps.Stored.Add(float64(written))
}

// put publishes a message until it is acknowledged: a leader that is lost takes
// what it was sent with it, and its successor is chosen seconds later. The stream
// stores what has the same id once.
func (w *Writer) put(body []byte) error {
	ctx, cancel := jet.Within(w.work, w.deps.Deadline)
	defer cancel()
	id := rand.Text()
	_, err := jet.Retry(ctx, w.deps.Backoff, func() (*jetstream.PubAck, error) {
		once, cancel := context.WithTimeout(ctx, w.deps.Attempt)
		defer cancel()
		ack, err := w.deps.JS.PublishMsg(once, &nats.Msg{Subject: w.deps.Subject, Data: body}, jetstream.WithMsgID(id))
		return ack, jet.PermanentIf(err, !jet.Unanswered(err) || jet.Full(err))
	})
	return err
}

func (w *Writer) lost(err error, records int) {
	w.deps.Dropped.Add(float64(records))
	w.deps.Log.Warn().Err(err).Int("records", records).Msg("audit records were not stored")
}
