package worker

import (
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// jobBounds are what the consumer leaves of what is configured for a job. They
// are replaced whole, while jobs are at work.
type jobBounds struct {
	timeout time.Duration // of one delivery, lower than the consumer's AckWait
	putOff  putOffBounds
}

// heed lowers what is configured to what a consumer allows. It begins with the
// configuration each time, so that a consumer with more room gives it back.
func (w *Worker) heed(consumer jetstream.ConsumerConfig) {
	b := &jobBounds{timeout: w.cfg.JobTimeout}
	if consumer.AckWait > 0 {
		b.timeout = min(b.timeout, consumer.AckWait*2/3)
	}
	b.putOff = putOffBounds{jobs: w.cfg.PutOffJobs, bytes: w.cfg.PutOffBytes}.within(consumer.MaxAckPending)
	w.bounds.Store(b)
}
