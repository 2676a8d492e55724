// Package audit writes audit records to their stream, in the background.
package audit

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
)

// Config bounds the queue, and says how records come together in messages. The
// zero value of every field means its default.
type Config struct {
	Queue  int           // records waiting; more are dropped and counted. Default 8,192.
	Linger time.Duration // the first record of a message waits for others. Default 20 ms.
}

func (c Config) withDefaults() Config {
	c.Queue = cmp.Or(c.Queue, 8192)
	c.Linger = cmp.Or(c.Linger, 20*time.Millisecond)
	return c
}

// Deps are what a Writer is given.
type Deps struct {
	JS      jetstream.Publisher
	Subject string         // on which messages are published
	Worker  string         // of records that name none
	Log     zerolog.Logger // may be the zero Logger, which writes nothing

	Attempt  time.Duration // one publish
	Deadline time.Duration // a message, with all its attempts
	Backoff  jet.Backoff   // between attempts

	Stored, Dropped prometheus.Counter // records
}

// A Writer publishes audit records in the background. Its queue is bounded:
// what does not fit is dropped and counted, for a request never waits for it.
// It is safe for concurrent use.
type Writer struct {
	cfg     Config
	deps    Deps
	queue   chan messages.AuditEvent
	stop    chan struct{}
	stopped sync.Once
	done    chan struct{}
	work    context.Context // of publishing, until Close gives up
	giveUp  context.CancelFunc
}

// NewWriter starts a writer, which Close ends.
func NewWriter(cfg Config, deps Deps) *Writer {
	cfg = cfg.withDefaults()
	w := &Writer{
		cfg: cfg, deps: deps, queue: make(chan messages.AuditEvent, cfg.Queue),
		stop: make(chan struct{}), done: make(chan struct{}),
	}
	w.work, w.giveUp = context.WithCancel(context.Background())
	go w.run()
	return w
}

// Record takes an event. It never blocks: if the queue is full, or the writer is
// closed, the event is dropped and counted.
func (w *Writer) Record(e messages.AuditEvent) {
	if e.Worker == "" {
		e.Worker = w.deps.Worker
	}
	select {
	case <-w.stop:
		w.deps.Dropped.Inc()
		return
	default:
	}
	select {
	case w.queue <- e:
	default:
		w.deps.Dropped.Inc()
	}
}

// Close publishes what is queued, and waits for it until ctx ends: that is
// CodeDeadline. An acknowledgement that went down with a leader never comes:
// three quarters of the time are for waiting, and what is then unanswered is
// counted as dropped, as is what is left when ctx has ended.
func (w *Writer) Close(ctx context.Context) error {
	w.stopped.Do(func() { close(w.stop) })
	if end, ok := ctx.Deadline(); ok {
		defer time.AfterFunc(time.Until(end)*3/4, w.giveUp).Stop()
	}
	select {
	case <-w.done:
		return nil
	case <-ctx.Done():
		w.giveUp()
		return messages.Caused(messages.CodeDeadline, ctx.Err(), "audit records were still being written when time was up")
	}
}
