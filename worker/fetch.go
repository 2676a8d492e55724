package worker

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
)

// nats.go takes a job without a body for the server's own word if its header Status
// says so, and whoever may publish jobs can write that: that the consumer is gone,
// which stopped the lane, and again whenever the job came again. So jobs are fetched
// here. What the server says of a fetch comes to the inbox of that fetch; a job keeps
// the subject that it was published to, whatever its headers say.

const (
	// pullExpiry is how long one fetch waits at the server. One that was lost, as by
	// a server that started again, is noticed by its missing heartbeats in as long,
	// so it is short; an idle worker then asks twelve times a minute.
	pullExpiry = 5 * time.Second
	pullBeat   = pullExpiry / 2
	// pullTick is how often it is looked whether a fetch was lost.
	pullTick = pullBeat / 5
	// mostSilent is how many of these may pass without a word: two heartbeats.
	mostSilent = int(2 * pullBeat / pullTick)
	// One that was lost and one that was not may both bring jobs, and each a few words.
	overlap, fewWords = 4, 64
	// subjectsBytes is more than the subjects of a message have.
	subjectsBytes = 64 << 10
)

// fetches are one worker's, one after the other.
type fetches struct {
	l     *jobLane
	conn  *nats.Conn
	sub   *nats.Subscription
	came  chan *nats.Msg
	ended chan struct{} // closed when nothing more will come
	inbox string        // what the inboxes of all begin with

	number int
	left   int    // jobs that the last may bring still, 0 if it is over
	lasted int    // ticks since it began
	silent int    // ticks without a word
	moves  uint64 // how often the connection had been lost before it
}

// openFetches listens to what fetches will bring.
func (l *jobLane) openFetches() (*fetches, error) {
	f := &fetches{l: l, conn: l.w.deps.Conn, ended: make(chan struct{})}
	f.came = make(chan *nats.Msg, overlap*l.w.cfg.JobBatch+fewWords)
	f.inbox = f.conn.NewInbox() + "."
	var err error
	if f.sub, err = f.conn.ChanSubscribe(f.inbox+"*", f.came); err != nil {
		return nil, err
	}
	end := sync.OnceFunc(func() { close(f.ended) })
	f.sub.SetClosedHandler(func(string) { end() })
	if !f.sub.IsValid() { // the connection was closed before the handler was there
		return nil, nats.ErrConnectionClosed
	}
	return f, nil
}

// run takes jobs until take is done or the consumer is lost.
func (f *fetches) run(take context.Context) error {
	for take.Err() == nil {
		if f.left <= 0 || f.silent >= mostSilent || f.conn.Stats().Reconnects != f.moves {
			f.begin()
		}
		if err := f.hear(take); err != nil {
			return err
		}
	}
	return nil
}

// begin asks for jobs. If that does not arrive, since the connection is away, it is
// asked again when that is back, or when nothing was heard for long.
func (f *fetches) begin() {
	f.number++
	f.left, f.lasted, f.silent, f.moves = f.l.w.cfg.JobBatch, 0, 0, f.conn.Stats().Reconnects
	_ = f.conn.PublishRequest("$JS.API.CONSUMER.MSG.NEXT."+f.l.w.cfg.Jobs+"."+f.l.w.cfg.JobConsumer, f.reply(), f.request())
}

// request is what a fetch asks for. It is large enough for any message that the
// servers take, also where that is more than a request may have: one that no fetch
// is large enough for would stand before all others, and be refused by nobody.
func (f *fetches) request() []byte {
	most := max(int64(f.l.w.cfg.JobBatchBytes), f.conn.MaxPayload()+subjectsBytes)
	return fmt.Appendf(nil, `{"batch":%d,"max_bytes":%d,"expires":%d,"idle_heartbeat":%d}`, f.l.w.cfg.JobBatch, most, pullExpiry, pullBeat)
}

func (f *fetches) reply() string { return f.inbox + strconv.Itoa(f.number) }

// hear takes what comes within a tick, until the fetch is over.
func (f *fetches) hear(take context.Context) error {
	tick, cancel := context.WithTimeout(take, pullTick)
	defer cancel()
	f.lasted++
	for f.silent++; f.left > 0; {
		select {
		case m := <-f.came:
			f.silent = 0
			if err := f.heed(m); err != nil {
				return err
			}
		case <-tick.Done():
			return nil
		case <-f.ended:
			return nats.ErrConnectionClosed
		}
	}
	return nil
}

// heed takes a job, or what the server says of the last fetch.
func (f *fetches) heed(m *nats.Msg) error {
	switch {
	case !strings.HasPrefix(m.Subject, f.inbox):
		f.left--
		f.l.take(fetched{m, f.conn})
		return nil
	case m.Subject == f.reply():
		return f.told(m.Header.Get("Status"), m.Header.Get("Description"))
	default: // of one before it
		return nil
	}
}

// told ends a fetch of which the server says so.
func (f *fetches) told(status, description string) error {
	gone := status == "409" && strings.Contains(strings.ToLower(description), "consumer deleted")
	switch {
	case gone, status == "400":
		return fmt.Errorf("consumer %q of stream %q takes no fetch (%s %s)", f.l.w.cfg.JobConsumer, f.l.w.cfg.Jobs, status, description)
	case status == "100": // it waits still
	case f.left < f.l.w.cfg.JobBatch, f.lasted > 1: // its time is over, or what comes next is too large for the rest of it
		f.left = 0
	default: // nobody is there, say: asked again at once it would be the same
		f.silent = mostSilent / 2
		f.l.w.deps.Logger.Warn().Str("status", status).Str("description", description).Msg("the job lane is told that nothing can be fetched: it goes on asking")
	}
	return nil
}

// end takes what the server had sent before it knew that nobody listens any more.
func (f *fetches) end() {
	if f.sub.Drain() == nil { // or the connection is closed
		<-f.ended
	}
	for len(f.came) > 0 {
		_ = f.heed(<-f.came)
	}
}
