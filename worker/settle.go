package worker

import (
	"time"

	"github.com/nats-io/nats.go"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/messages"
)

// A message is a delivery of a job, as it came.
type message interface {
	Subject() string
	Headers() nats.Header
	Data() []byte
	Metadata() (*nats.MsgMetadata, error)

	Ack() error
	NakWithDelay(delay time.Duration) error
	TermWithReason(reason string) error
	InProgress() error
}

// outcomeExpired is the outcome of a job that is lost and leaves no letter.
const outcomeExpired = "expired"

// A settler ends deliveries of jobs. Nothing else in the program acknowledges,
// refuses or terminates a message.
//
// None of these waits for the server. One that is lost only makes the job
// come again, which has no second effect; the drain flushes them all.
type settler struct {
	metrics *metrics
	log     zerolog.Logger
}

// done removes a job from the queue: its effect is there.
func (s settler) done(m message) { s.settle("acked", m.Ack()) }

// retry has a job delivered again after a delay. It never naks without one:
// that would use up every attempt in a millisecond.
func (s settler) retry(m message, after time.Duration) {
	s.settle("retried", m.NakWithDelay(max(after, time.Millisecond)))
}

// terminate removes a job that will never have an effect.
func (s settler) terminate(m message, reason string) {
	s.settle("terminated", m.TermWithReason(reason))
}

// expire removes a job that nobody did in time.
func (s settler) expire(m message) {
	s.settle(outcomeExpired, m.TermWithReason(string(messages.CodeExpired)))
}

// extend gives a job that was held, or not opened, its whole time again. It settles nothing.
func (s settler) extend(m message) { s.check(m.InProgress()) }

func (s settler) settle(outcome string, err error) {
	if err == nil {
		s.metrics.settled.WithLabelValues(outcome).Inc()
	}
	s.check(err)
}

func (s settler) check(err error) {
	if err != nil {
		s.metrics.settleFailed.Inc()
		s.log.Warn().Err(err).Msg("a job could not be settled: it will come again")
	}
}
