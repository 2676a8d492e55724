package streams

import (
	"cmp"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Config says how buckets and streams are made if they do not exist. What
// exists is left as it is; differences are logged and counted. The zero value of
// every field means its default. Sizes are bytes.
type Config struct {
	Replicas      int                   // 1, 3 or 5. Default 1.
	Storage       jetstream.StorageType // default file
	ShortMaxAge   time.Duration         // sessions' segments, since they were last rewritten. Default 30 days; negative never.
	LongMaxAge    time.Duration         // users' segments. Default never.
	ShortMaxBytes int64                 // of ctx_short. Default no limit.
	LongMaxBytes  int64                 // of ctx_long. Default no limit.
	JobsMaxBytes  int64                 // of the job stream; publishers are refused beyond. Default no limit.
	DeadMaxAge    time.Duration         // dead letters. Default 30 days.
	DeadMaxBytes  int64                 // dead letters; the oldest go first. Default 256 MiB; negative no limit.
	AuditMaxAge   time.Duration         // audit records. Default 90 days.
	AuditMaxBytes int64                 // audit records; the oldest go first. Default 1 GiB; negative no limit.
	AckWait       time.Duration         // until an unacknowledged job is delivered again. Default 30 s.
	MaxAckPending int                   // jobs out at once, over all workers, those put off for later included. Default 131,072.
}

func (c Config) withDefaults() Config {
	const day = 24 * time.Hour
	c.Replicas = cmp.Or(c.Replicas, 1)
	c.ShortMaxAge = cmp.Or(c.ShortMaxAge, 30*day)
	c.DeadMaxAge = cmp.Or(c.DeadMaxAge, 30*day)
	c.DeadMaxBytes = cmp.Or(c.DeadMaxBytes, 256<<20)
	c.AuditMaxAge = cmp.Or(c.AuditMaxAge, 90*day)
	c.AuditMaxBytes = cmp.Or(c.AuditMaxBytes, 1<<30)
	c.AckWait = cmp.Or(c.AckWait, 30*time.Second)
	c.MaxAckPending = cmp.Or(c.MaxAckPending, 1<<17)
	return c
}
