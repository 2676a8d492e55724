package worker

import (
	"errors"
	"strings"
	"time"

	"github.com/nats-io/nuid"

	"github.com/context-manager/context-manager/messages"
)

// Config says how a worker behaves. The zero value of every field means its default.
//
// Memory: a request costs up to five times the bytes of its body while it is
// worked on: the body, its decoded items where texts have escapes, their
// analysis, the segment and the connection's copy of that. Of bodies from 256
// KiB on, no more than 10 MiB are worked on at once, on both lanes together; the
// others wait as they came. So the ceiling of both lanes is about
// AskInFlightBytes + JobInFlightBytes and 40 MiB where messages are large, five
// times those bytes where they are small, plus AskPendingBytes and JobBatchBytes
// once each, which wait unopened.
type Config struct {
	// ID names this worker in audit events and in `nats micro info`. One
	// subject token; default a random one.
	ID string
	// ServiceName is what `nats micro ls` shows. Default "context-manager".
	ServiceName string
	// Version is this program's semantic version, for `nats micro info`. Default "0.0.0".
	Version string
	// QueueGroup is what the workers of a deployment share on the ask lane. Default "ctx-workers".
	QueueGroup string

	// AskInFlight is how many asks are worked on at once. Past it an ask is
	// answered with CodeOverloaded. Default 1024.
	AskInFlight int
	// AskInFlightBytes is how many bytes of bodies those asks may have together. Default 64 MiB.
	AskInFlightBytes int64
	// AskPendingMessages is how many asks may wait to be looked at. Past it
	// the connection drops them, which the metrics count. Default 65,536.
	AskPendingMessages int
	// AskPendingBytes is how many bytes may wait to be looked at. Default 64 MiB.
	AskPendingBytes int
	// AskTimeout bounds the work on one ask; its Ctx-Expires may end it sooner. Default 10 s.
	AskTimeout time.Duration
	// RetryAfter is the hint in a CodeOverloaded reply. Default 100 ms.
	RetryAfter time.Duration

	// Jobs is the stream of the job lane. Default: the subjects' prefix in
	// upper case with "-" for dots, and "_JOBS", so "CTX_JOBS".
	Jobs string
	// JobConsumer is the durable consumer that the workers share. Default "ctx-workers".
	JobConsumer string
	// JobInFlight is how many jobs are worked on at once. Default 64.
	JobInFlight int
	// JobInFlightBytes is how many bytes of bodies those jobs may have together. Default 32 MiB.
	JobInFlightBytes int64
	// JobBatch is how many jobs are fetched ahead. Default 64.
	JobBatch int
	// JobBatchBytes is how many bytes one fetch may bring, and no fewer than
	// the largest request. Where the servers take larger messages a fetch may bring
	// one of those, or it would never come. Default 16 MiB.
	JobBatchBytes int
	// JobTimeout bounds the work on one delivery of a job. It is lowered to
	// two thirds of the consumer's AckWait if it is longer. Default 20 s.
	JobTimeout time.Duration
	// MaxAttempts is how often a job that fails in passing is delivered before
	// it becomes a dead letter. One that comes to no result as often may stop its
	// workers: it is begun alone then, twice more at most. Default 12.
	MaxAttempts int
	// Patience is for how long since it was stored a job is tried again that
	// fails because a tier does not answer, however often that is: it is not
	// the job that is to blame. Default 1 hour.
	Patience time.Duration
	// RetryBase is the delay before the second delivery; it doubles with each. Default 250 ms.
	RetryBase time.Duration
	// RetryCap bounds that delay, jitter included. Default 30 s.
	RetryCap time.Duration
	// RateWait is how long a job over its key's rate is held before it is
	// handed back for later. Default 1 s.
	RateWait time.Duration
	// PutOffJobs is how many jobs of one key whose rate is used up this worker
	// hands back for later, each until the rate comes to it, which is no
	// attempt; a rate that is raised meanwhile brings none back sooner. Past it, or if that is after a job's expiry, a job is a dead
	// letter. It is lowered to a sixteenth of the consumer's MaxAckPending if it is more. Default 4,096.
	PutOffJobs int
	// PutOffBytes is how many bytes of bodies those jobs of one key may have together. Default 256 MiB.
	PutOffBytes int64

	// PageBytes is how many bytes of pages, which is what owners have, the
	// requests of each lane may hold: half of it. Past that an ask is answered
	// with CodeOverloaded, and a job waits. No owner may come to have more than
	// one lane's part. Default 64 MiB.
	PageBytes int64

	// SeenIDs is how many request ids each of two generations remembers,
	// 32 bytes an id. Default 262,144.
	SeenIDs int
	// RefusalAudits bounds the audit events about refused messages, a second,
	// so that a flood of forgeries does not become a flood of audit. Default 10.
	RefusalAudits float64
	// DrainTimeout bounds the drain at the end of Run. Past it work is cut
	// short, for which it has two seconds more. Default 25 s.
	DrainTimeout time.Duration
	// LagInterval is how often the backlog of the job lane is sampled, and whether the
	// server lets the worker take jobs, settle and bury them. Default 5 s.
	LagInterval time.Duration
	// HealthTimeout bounds one check of health. Default 2 s.
	HealthTimeout time.Duration
}

const mebibyte = 1 << 20

func (c Config) withDefaults(prefix string) Config {
	setDefault(&c.ID, nuid.Next())
	setDefault(&c.Jobs, strings.ToUpper(strings.ReplaceAll(prefix, ".", "-"))+"_JOBS")
	c = c.withAskDefaults().withJobDefaults()
	setDefault(&c.ServiceName, "context-manager")
	setDefault(&c.Version, "0.0.0")
	setDefault(&c.QueueGroup, "ctx-workers")
	setDefault(&c.PageBytes, 64*mebibyte)
	setDefault(&c.SeenIDs, 1<<18)
	setDefault(&c.RefusalAudits, 10)
	setDefault(&c.DrainTimeout, 25*time.Second)
	setDefault(&c.LagInterval, 5*time.Second)
	setDefault(&c.HealthTimeout, 2*time.Second)
	return c
}

func (c Config) withAskDefaults() Config {
	setDefault(&c.AskInFlight, 1024)
	setDefault(&c.AskInFlightBytes, 64*mebibyte)
	setDefault(&c.AskPendingMessages, 1<<16)
	setDefault(&c.AskPendingBytes, 64*mebibyte)
	setDefault(&c.AskTimeout, 10*time.Second)
	setDefault(&c.RetryAfter, 100*time.Millisecond)
	return c
}

func (c Config) withJobDefaults() Config {
	setDefault(&c.JobConsumer, "ctx-workers")
	setDefault(&c.JobInFlight, 64)
	setDefault(&c.JobInFlightBytes, 32*mebibyte)
	setDefault(&c.JobBatch, 64)
	setDefault(&c.JobBatchBytes, 16*mebibyte)
	setDefault(&c.JobTimeout, 20*time.Second)
	setDefault(&c.MaxAttempts, 12)
	setDefault(&c.Patience, time.Hour)
	setDefault(&c.RetryBase, 250*time.Millisecond)
	setDefault(&c.RetryCap, 30*time.Second)
	setDefault(&c.RateWait, time.Second)
	setDefault(&c.PutOffJobs, 4096)
	setDefault(&c.PutOffBytes, 256*mebibyte)
	return c
}

// validate refuses what would make a worker that cannot work.
func (c Config) validate() error {
	switch {
	case c.AskInFlight < 1 || c.AskInFlightBytes < 1 || c.AskPendingMessages < 1 || c.AskPendingBytes < 1:
		return errors.New("worker: the limits of the ask lane must be above zero")
	case c.JobInFlight < 1 || c.JobInFlightBytes < 1 || c.JobBatch < 1 || c.MaxAttempts < 1 || c.Patience < 0 || c.PutOffJobs < 1 || c.PutOffBytes < 1:
		return errors.New("worker: the limits of the job lane must be above zero")
	case c.JobBatchBytes < messages.MaxMessageBytes+messages.MaxHeaderBytes+mebibyte/16:
		return errors.New("worker: JobBatchBytes must hold the largest message: 10 MiB and its headers; 11 MiB will do")
	case c.AskTimeout <= 0 || c.JobTimeout <= 0 || c.DrainTimeout <= 0 || c.RetryBase <= 0 || c.RetryCap < c.RetryBase:
		return errors.New("worker: timeouts and delays must be above zero, and RetryCap no lower than RetryBase")
	case c.PageBytes < 2 || c.SeenIDs < 1 || c.RefusalAudits < 0 || c.LagInterval <= 0 || c.HealthTimeout <= 0:
		return errors.New("worker: PageBytes, SeenIDs, LagInterval and HealthTimeout must be above zero")
	default:
		return nil
	}
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
