package worker

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/worker/analyze"
	"github.com/context-manager/context-manager/worker/operations"
)

// A Ledger remembers which delivery a request id came with. Take returns true
// the first time, false for the same delivery again, and CodeReplayed for any
// other. Life is how long the request lives, and so a copy of it. Taken tells
// whether this delivery has taken the id; if another has, it is CodeReplayed too.
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
	Reader   operations.Reader
	Log      operations.Log
	Ledger   Ledger
	Audit    Auditor
	Verifier *envelope.Verifier
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
