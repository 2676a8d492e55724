package serve

import (
	"cmp"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers"
	"github.com/context-manager/context-manager/tiers/streams"
	"github.com/context-manager/context-manager/worker"
)

// WorkerFlags size a worker. What is not here has defaults that suit a container of 1 GiB.
type WorkerFlags struct {
	Name         string          `env:"CTX_WORKER_NAME" group:"serve" help:"Name of this worker in audit and lease. Default: a random one."`
	L1           shell.Megabytes `name:"l1" env:"CTX_L1" group:"serve" default:"256" placeholder:"MIB" help:"Memory for cached pages, in MiB; 0 keeps none. Default: ${default}."`
	InFlight     int             `env:"CTX_IN_FLIGHT" group:"serve" default:"1024" help:"Requests worked on at once on the ask lane; past it callers are told to try again."`
	InFlightMiB  shell.Megabytes `name:"in-flight-mib" env:"CTX_IN_FLIGHT_MIB" group:"serve" default:"12" placeholder:"MIB" help:"Their bodies together, in MiB, and as much again of what waits to be looked at. Default: ${default}."`
	JobInFlight  int             `env:"CTX_JOB_IN_FLIGHT" group:"serve" default:"64" help:"Jobs worked on at once."`
	JobMiB       shell.Megabytes `name:"job-in-flight-mib" env:"CTX_JOB_IN_FLIGHT_MIB" group:"serve" default:"12" placeholder:"MIB" help:"Their bodies together, in MiB. Default: ${default}."`
	PagesMiB     shell.Megabytes `name:"pages-mib" env:"CTX_PAGES_MIB" group:"serve" default:"32" placeholder:"MIB" help:"What requests read together, in MiB, half of it for each lane; past it callers are told to try again, and no session or user may have more. Default: ${default}."`
	DrainTimeout time.Duration   `env:"CTX_DRAIN_TIMEOUT" group:"serve" default:"25s" help:"How long a stop waits for requests that have begun. Kubernetes kills after 30 s."`

	Replicas     int             `env:"CTX_REPLICAS" group:"serve" enum:"1,3,5" default:"1" help:"Copies of every stream that this worker makes: 1, or 3 or 5 in a cluster."`
	Memory       bool            `env:"CTX_MEMORY_STORAGE" group:"serve" help:"Make streams that live in memory and end with the server. For tests."`
	ShortAge     time.Duration   `env:"CTX_SHORT_AGE" group:"serve" default:"720h" help:"How long sessions are kept after they were last rewritten, of a bucket that this worker makes."`
	ShortMiB     shell.Megabytes `name:"short-mib" env:"CTX_SHORT_MIB" group:"serve" default:"-1" placeholder:"MIB" help:"Most bytes of the bucket of sessions, in MiB, past which it takes no writes, if this worker makes it. -1: no limit."`
	LongMiB      shell.Megabytes `name:"long-mib" env:"CTX_LONG_MIB" group:"serve" default:"-1" placeholder:"MIB" help:"The same of users. -1: no limit."`
	JobsMiB      shell.Megabytes `name:"jobs-mib" env:"CTX_JOBS_MIB" group:"serve" default:"-1" placeholder:"MIB" help:"The same of the stream of jobs. -1: no limit."`
	DeadMiB      shell.Megabytes `name:"dead-mib" env:"CTX_DEAD_MIB" group:"serve" default:"256" placeholder:"MIB" help:"Most bytes of dead letters, in MiB, past which the oldest go, if this worker makes their stream. -1: no limit. Default: ${default}."`
	AuditMiB     shell.Megabytes `name:"audit-mib" env:"CTX_AUDIT_MIB" group:"serve" default:"1024" placeholder:"MIB" help:"The same of audit records. -1: no limit. Default: ${default}."`
	AckWait      time.Duration   `env:"CTX_ACK_WAIT" group:"serve" default:"30s" help:"After this a job whose worker died goes to another, of a consumer that this worker makes."`
	SessionItems int             `env:"CTX_SESSION_ITEMS" group:"serve" default:"10000" help:"Most items of a session, -1 for no limit; past it the least important and oldest go, down to nine tenths."`
	UserItems    int             `env:"CTX_USER_ITEMS" group:"serve" default:"10000" help:"Most items of a user, -1 for no limit; past it the least important and oldest go, down to nine tenths."`
	GCInterval   time.Duration   `name:"gc-interval" env:"CTX_GC_INTERVAL" group:"serve" default:"5m" help:"Time between sweeps for what is expired or too much."`
}

func (f *WorkerFlags) tiers(prefix string) tiers.Config {
	c := tiers.Config{Worker: f.Name, Prefix: prefix}
	if c.L1.MaxBytes = f.L1.Bytes(); f.L1 == 0 {
		c.L1.MaxBytes = -1 // 0 is what was not given
	}
	c.Streams.Replicas = f.Replicas
	c.Streams.ShortMaxAge, c.Streams.AckWait = f.ShortAge, f.AckWait
	c.Streams.ShortMaxBytes, c.Streams.LongMaxBytes = int64(f.ShortMiB.Bytes()), int64(f.LongMiB.Bytes())
	c.Streams.JobsMaxBytes = int64(f.JobsMiB.Bytes())
	c.Streams.DeadMaxBytes, c.Streams.AuditMaxBytes = int64(f.DeadMiB.Bytes()), int64(f.AuditMiB.Bytes())
	if f.Memory {
		c.Streams.Storage = jetstream.MemoryStorage
	}
	c.GC.Interval = f.GCInterval
	c.GC.SessionItems, c.GC.UserItems = f.SessionItems, f.UserItems
	return c
}

func (f *WorkerFlags) worker(prefix, version string) worker.Config {
	names := streams.NamesOf(prefix)
	return worker.Config{
		ID: f.Name, Version: semanticVersion(version), Jobs: names.Jobs, JobConsumer: names.Consumer,
		AskInFlight: f.InFlight, AskInFlightBytes: int64(f.InFlightMiB.Bytes()), AskPendingBytes: f.pending(),
		JobInFlight: f.JobInFlight, JobInFlightBytes: int64(f.JobMiB.Bytes()), JobBatchBytes: jobBatchBytes,
		PageBytes: int64(f.PagesMiB.Bytes()), DrainTimeout: f.DrainTimeout,
	}
}

// jobBatchBytes is what one fetch of jobs may bring: the least that holds the
// largest message.
const jobBatchBytes = 11 << 20

// pending is what may wait to be looked at: as much as is worked on, and at
// least one message of the largest size, or that would never be looked at. None means the worker's default.
func (f *WorkerFlags) pending() int {
	if f.InFlightMiB == 0 {
		return 0
	}
	return max(f.InFlightMiB.Bytes(), messages.MaxMessageBytes+messages.MaxHeaderBytes)
}

// Times below which a worker would not work, or do nothing else.
const (
	leastShortAge   = 100 * time.Millisecond // the server makes no bucket of a shorter one
	leastAckWait    = time.Second            // two thirds of it are all the time that a job has
	leastGCInterval = time.Second
)

// Validate checks the sizes and times of a worker.
func (f *WorkerFlags) Validate() error {
	return cmp.Or(
		f.checkName(),
		noneOrMore("--l1", f.L1),
		shell.Positive("--in-flight", f.InFlight), shell.Positive("--in-flight-mib", f.InFlightMiB),
		shell.Positive("--job-in-flight", f.JobInFlight), shell.Positive("--job-in-flight-mib", f.JobMiB),
		shell.Positive("--pages-mib", f.PagesMiB),
		shell.Positive("--drain-timeout", f.DrainTimeout),
		shell.Positive("--short-age", f.ShortAge), shell.AtLeast("--short-age", f.ShortAge, leastShortAge),
		shell.Positive("--ack-wait", f.AckWait), shell.AtLeast("--ack-wait", f.AckWait, leastAckWait),
		most("--short-mib", f.ShortMiB), most("--long-mib", f.LongMiB), most("--jobs-mib", f.JobsMiB),
		most("--dead-mib", f.DeadMiB), most("--audit-mib", f.AuditMiB),
		most("--session-items", f.SessionItems), most("--user-items", f.UserItems),
		shell.Positive("--gc-interval", f.GCInterval), shell.AtLeast("--gc-interval", f.GCInterval, leastGCInterval),
	)
}

// checkName refuses a name that would not do in a subject: of a very long one the
// server ends the connection, again and again.
func (f *WorkerFlags) checkName() error {
	if f.Name == "" {
		return nil // a random one
	}
	return shell.Plainly(messages.CheckID("--name", f.Name, messages.MaxIDBytes))
}

// noneOrMore refuses a size below 0.
func noneOrMore(flag string, size shell.Megabytes) error {
	if size >= 0 {
		return nil
	}
	return fmt.Errorf("%s must be 0 or above", flag)
}

// most refuses a limit that is none.
func most[T ~int](flag string, n T) error {
	if n > 0 || n == -1 {
		return nil
	}
	return fmt.Errorf("%s must be above 0, or -1 for no limit", flag)
}
