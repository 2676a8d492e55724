package streams

import (
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
)

// Here is everything a deployment has in JetStream, in one place.

// buckets are the KV buckets, as the plain streams they are. History is 1 and
// rollup headers are refused, so that no publisher can wipe a bucket by one.
func (c Config) buckets(n Names) []jetstream.StreamConfig {
	return []jetstream.StreamConfig{
		writtenOnce(c.bucket(n.Short, "sessions: segments of immediate and short_term items", c.ShortMaxAge, c.ShortMaxBytes)),
		writtenOnce(c.bucket(n.Long, "users: segments of long_term items", c.LongMaxAge, c.LongMaxBytes)),
		undeletable(writtenOnce(c.bucket(n.Ledger, "request ids that have been seen", 0, 0))),
		undeletable(c.bucket(n.Lease, "leases of background work", 0, 0)),
	}
}

// writtenOnce makes a bucket refuse a second message on a subject: nobody
// replaces a segment, or an entry of the ledger, by writing to its key again.
func writtenOnce(b jetstream.StreamConfig) jetstream.StreamConfig {
	b.DiscardNewPerSubject = true
	return b
}

// undeletable makes a bucket refuse to remove single messages. Those of
// sessions and users must not refuse it: compaction removes by sequence.
func undeletable(b jetstream.StreamConfig) jetstream.StreamConfig {
	b.DenyDelete = true
	return b
}

func (c Config) bucket(name, description string, maxAge time.Duration, maxBytes int64) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:              OfBucket(name),
		Description:       "Context Manager, " + description,
		Subjects:          []string{RootOf(name) + ">"},
		Retention:         jetstream.LimitsPolicy,
		Discard:           jetstream.DiscardNew, // a full bucket refuses writes (see tiers/space.go); it never drops what was acknowledged
		Storage:           c.Storage,
		Replicas:          c.Replicas,
		MaxMsgsPerSubject: 1,
		MaxAge:            max(0, maxAge),
		MaxBytes:          unlimited(maxBytes),
		MaxMsgs:           -1,
		MaxConsumers:      -1,
		MaxMsgSize:        -1,
		AllowDirect:       true,
		AllowMsgTTL:       true,
	}
}

// jobsMaxAge is when the stream drops a job, whatever became of it. A job is
// void after messages.MaxRequestLife, so none that a worker would do is lost.
// What it is for are jobs that are done and were kept all the same: a server
// that stops between a worker's acknowledgement and the removal of its job
// keeps that for ever, past the consumer's floor, and so delivers it to nobody.
const jobsMaxAge = 2 * messages.MaxRequestLife

// streams are the streams that are no buckets.
func (c Config) streams(n Names, s messages.Subjects) []jetstream.StreamConfig {
	jobs := c.stream(n.Jobs, "requests of the job lane", s.JobAll())
	jobs.Retention, jobs.Discard = jetstream.WorkQueuePolicy, jetstream.DiscardNew
	jobs.MaxBytes = unlimited(c.JobsMaxBytes)
	jobs.MaxAge = jobsMaxAge

	dead := c.stream(n.Dead, "jobs that failed for good", s.DeadAll())
	dead.MaxAge, dead.MaxBytes = c.DeadMaxAge, unlimited(c.DeadMaxBytes)

	audit := c.stream(n.Audit, "audit records", s.AuditAll())
	audit.MaxAge, audit.MaxBytes = c.AuditMaxAge, unlimited(c.AuditMaxBytes)
	return []jetstream.StreamConfig{jobs, dead, audit}
}

func (c Config) stream(name, description, subject string) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:         name,
		Description:  "Context Manager, " + description,
		Subjects:     []string{subject},
		Retention:    jetstream.LimitsPolicy,
		Discard:      jetstream.DiscardOld,
		Storage:      c.Storage,
		Replicas:     c.Replicas,
		MaxBytes:     -1,
		MaxMsgs:      -1,
		MaxConsumers: -1,

		MaxMsgsPerSubject: -1,
		MaxMsgSize:        -1,
		AllowDirect:       true,
	}
}

// consumer is what all workers take jobs from. It delivers without limit: the
// worker decides by a job's delivery count which attempt is the last, copies
// it to the dead letters and terminates it, which the server could not do.
func (c Config) consumer(n Names) jetstream.ConsumerConfig {
	return jetstream.ConsumerConfig{
		Durable:       n.Consumer,
		Description:   "Context Manager, the workers",
		DeliverPolicy: jetstream.DeliverAllPolicy,
		AckPolicy:     jetstream.AckExplicitPolicy,
		AckWait:       c.AckWait,
		MaxDeliver:    -1,
		MaxAckPending: c.MaxAckPending,
	}
}

func unlimited(n int64) int64 {
	if n <= 0 {
		return -1
	}
	return n
}
