package worker

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/analyze"
)

// A Reader reads what owners have. An owner that is not present reads as an empty view.
type Reader interface {
	Read(ctx context.Context, session, user messages.Owner, f page.Freshness) (s, u page.View)
}

// A Log appends segments to owners' logs.
type Log interface {
	// Append writes a segment under a name that is unique in the owner, if the
	// condition holds, else fails with CodeConflict. It returns the stream sequence.
	Append(ctx context.Context, o messages.Owner, name string, segment []byte, c page.Condition) (seq uint64, err error)
	// Applied tells whether a segment of this name was ever written, and at
	// which sequence, as of a revision that was seen or later.
	Applied(ctx context.Context, o messages.Owner, name string, seen uint64) (seq uint64, done bool, err error)
	// Unchanged proves that the owner's newest segment is this one, 0 for
	// none, else fails with CodeConflict.
	Unchanged(ctx context.Context, o messages.Owner, lastSegment uint64) error
}

// A Ledger remembers which delivery a request id came with. Take returns true
// the first time, false for the same delivery again, and CodeReplayed for any
// other. Life is how long the request lives, and so a copy of it. Taken tells
// whether this delivery has taken the id.
type Ledger interface {
	Take(ctx context.Context, key, id, delivery string, life time.Duration) (first bool, err error)
	Taken(ctx context.Context, key, id, delivery string) (bool, error)
}

// An Auditor records what auditors need to know. It never blocks.
type Auditor interface {
	Audit(ctx context.Context, e messages.AuditEvent)
}

// Deps are what a worker works with. Health, KeyRing and ServerTime may be nil; everything else is required.
type Deps struct {
	Conn     *nats.Conn
	Reader   Reader
	Log      Log
	Ledger   Ledger
	Audit    Auditor
	Verifier *messages.Verifier
	Subjects messages.Subjects
	Analyzer *analyze.Analyzer
	Clock    func() time.Time
	// ServerTime is the time by the clocks of the NATS servers, which date jobs:
	// a job's life is over by them. Default Clock.
	ServerTime func() time.Time
	Logger     zerolog.Logger
	Registerer prometheus.Registerer
	// KeyRing tells whether the key ring in use is the one that it should be.
	KeyRing func() error
	// Health returns the state of each component by name, nil for one that is well.
	Health func(context.Context) map[string]error
}

func (d Deps) validate() error {
	switch {
	case d.Conn == nil:
		return errors.New("worker: Deps.Conn is required")
	case d.Reader == nil || d.Log == nil || d.Ledger == nil || d.Audit == nil:
		return errors.New("worker: Deps.Reader, Log, Ledger and Audit are required")
	case d.Verifier == nil || d.Subjects.Prefix() == "":
		return errors.New("worker: Deps.Verifier and Subjects are required")
	case d.Analyzer == nil || d.Clock == nil || d.Registerer == nil:
		return errors.New("worker: Deps.Analyzer, Clock and Registerer are required")
	default:
		return nil
	}
}
