package tiers

import (
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/audit"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/l1"
	"github.com/context-manager/context-manager/tiers/streams"
)

// Config says how the tiers work. The zero value of every field means its
// default, which is given with it. Sizes are bytes.
type Config struct {
	// Worker names this process in audit subjects and in the lease. Default "worker".
	Worker string
	// Prefix of the deployment: buckets are <prefix>_short and so on, streams
	// <PREFIX>_JOBS and so on, subjects <prefix>.v1. Default "ctx".
	Prefix string
	// MaxMessageBytes is the largest request served; the server's max_payload
	// must hold it and its headers. Default and most 10 MiB.
	MaxMessageBytes int

	Streams streams.Config
	L1      l1.Config
	Read    Read
	Write   Write
	Breaker Breaker
	Ledger  Ledger
	Compact Compact
	GC      GC
	Audit   audit.Config
	// MaxCalls bounds what waits for NATS at once: reads, and with them writes,
	// entries of the ledger, removals and questions to leaders, all of which are
	// refused past it. It is a last bound: admission keeps a worker far below
	// it. Default 16,384.
	MaxCalls int
}

// Read bounds reading.
type Read struct {
	Attempt  time.Duration // one request to one tier. Default 400 ms.
	Deadline time.Duration // one tier, retries included; less if the caller's deadline is nearer. Default 1 s.
	Backoff  jet.Backoff   // between attempts. Default from 5 ms.
	// AnswerBytes is about how much of a log one answer may carry; more comes
	// in several. Default 4 MiB, which a busy connection brings within an
	// Attempt and others' answers are not kept waiting by: at 64 MiB the server
	// would call the connection a slow consumer and cut it.
	AnswerBytes int
	// Probe is how often the leaders of replicated buckets are asked how far
	// they are, so that a follower that was cut off is noticed. Default 1 s.
	Probe time.Duration
}

// election is more time than a stream's servers take to choose a leader.
const election = 20 * time.Second

// Write bounds writing to a tier, the ledger and the lease.
type Write struct {
	Attempt  time.Duration // one publish. Default 2 s.
	Deadline time.Duration // with retries, if the context has no deadline. Default 20 s: more than a leader election.
	Backoff  jet.Backoff   // between attempts. Default from 20 ms.
}

// Breaker says when a tier that fails is left alone.
type Breaker struct {
	Failures uint32 // in a row that open it. Default 5.
	// Open is how long until one probe is let through, and what callers are told
	// to wait. Default 1 s: an outage lasts so much longer for them, and a probe
	// that comes just before the end of an election costs as much again.
	Open time.Duration
}

// Ledger says how long request ids are remembered: an ask's for Past, a job's
// for as long as the job lives and Past more. A request that was taken the
// moment it was signed is taken nowhere any more three windows later, a job
// three windows past its life, while no clock is off by more than a window: see
// envelope.Verifier. One window more is for what it takes to get there.
type Ledger struct {
	Past time.Duration // default 20 minutes
}

// Compact says when logs are merged.
type Compact struct {
	Segments int  // of one owner, past which it is compacted. Default 8.
	MaxBytes int  // of a merged segment; what is more goes in several. Default and most what one message holds.
	Queue    int  // owners waiting. Default 4,096; more are left to readers and GC.
	Workers  int  // goroutines. Default 2.
	Factor   int  // a neighbour joins a merge if it is at most this many times as large as what is newer. Default 2.
	Disabled bool // no compaction in Run, for tests
}

// GC says what the one worker that has the lease removes.
type GC struct {
	Interval     time.Duration // between sweeps of what changed. Default 5 minutes.
	FullEvery    int           // every so many sweeps all owners are seen. Default 24.
	OwnersPerSec int           // most owners looked at. Default 200.
	LeaseLife    time.Duration // a lost leader is replaced after this. Default 15 s; at least 3 s.

	SessionItems int           // most items of a session. Default 10,000; negative no limit.
	SessionBytes int           // most bytes of a session's items. Default 8 MiB; negative no limit.
	UserItems    int           // most items of a user. Default 10,000; negative no limit.
	UserBytes    int           // most bytes of a user's items. Default 8 MiB; negative no limit.
	ForgetShort  time.Duration // a session without a write for this long goes. Default never.
	ForgetLong   time.Duration // a user without a write for this long goes. Default never.
	Disabled     bool          // no garbage collection in Run
}

// withDefaults fills in what is not set.
func (c Config) withDefaults() Config {
	set(&c.Worker, "worker")
	set(&c.Prefix, messages.DefaultPrefix)
	set(&c.MaxMessageBytes, messages.MaxMessageBytes)
	set(&c.MaxCalls, 1<<14)
	c.L1 = c.L1.WithDefaults()
	c.Read, c.Write = c.Read.withDefaults(), c.Write.withDefaults()
	c.Compact, c.GC = c.Compact.withDefaults(), c.GC.withDefaults()
	set(&c.Breaker.Failures, 5)
	set(&c.Breaker.Open, time.Second)
	set(&c.Ledger.Past, 4*messages.TimeWindow)
	return c
}

func (r Read) withDefaults() Read {
	set(&r.Attempt, 400*time.Millisecond)
	set(&r.Deadline, time.Second)
	set(&r.AnswerBytes, 4<<20)
	set(&r.Probe, time.Second)
	set(&r.Backoff.Initial, 5*time.Millisecond)
	return r
}

func (w Write) withDefaults() Write {
	set(&w.Attempt, 2*time.Second)
	set(&w.Deadline, election)
	set(&w.Backoff.Initial, 20*time.Millisecond)
	return w
}

func (c Compact) withDefaults() Compact {
	set(&c.Segments, 8)
	set(&c.Queue, 4096)
	set(&c.Workers, 2)
	set(&c.Factor, 2)
	return c
}

func (g GC) withDefaults() GC {
	set(&g.Interval, 5*time.Minute)
	set(&g.FullEvery, 24)
	set(&g.OwnersPerSec, 200)
	set(&g.LeaseLife, 15*time.Second)
	g.LeaseLife = max(g.LeaseLife, 3*time.Second)
	set(&g.SessionItems, 10_000)
	set(&g.SessionBytes, 8<<20)
	set(&g.UserItems, 10_000)
	set(&g.UserBytes, 8<<20)
	return g
}

// jobMemory is how long the id of any job may have to be remembered.
func (c Config) jobMemory() time.Duration { return messages.MaxRequestLife + c.Ledger.Past }

// tombstoneLife is how long a tombstone must stay: no page can still hold what
// it buries after one page life; the rest is for clocks that differ and for
// compactors that were paused.
func (c Config) tombstoneLife() time.Duration { return 2*c.L1.PageLife + 5*time.Minute }

// set gives *v the fallback if it is zero.
func set[T comparable](v *T, fallback T) {
	var zero T
	if *v == zero {
		*v = fallback
	}
}
