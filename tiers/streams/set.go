package streams

import (
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
)

// A Set is everything that one deployment has in JetStream, as this worker would
// make it. It is for one caller at a time.
type Set struct {
	Names Names

	subjects messages.Subjects
	cfg      Config
	deps     Deps
	drifted  map[string]string // by stream or consumer: how it differed when that was last looked at
}

// Deps are what a Set is given. Log may be the zero Logger, which writes nothing.
type Deps struct {
	JS    jetstream.JetStream
	Log   zerolog.Logger
	Drift *prometheus.GaugeVec // by stream, or the consumer: how many settings differ; 1 where it is gone

	Attempt time.Duration // one question to the server
	Backoff jet.Backoff   // between attempts
}

// New gives the set of the deployment that has these subjects.
func New(subjects messages.Subjects, cfg Config, deps Deps) *Set {
	return &Set{
		Names: NamesOf(subjects.Prefix()), subjects: subjects, cfg: cfg.withDefaults(), deps: deps,
		drifted: make(map[string]string),
	}
}

// wanted is every bucket and stream, as this worker would make it.
func (s *Set) wanted() []jetstream.StreamConfig {
	return append(s.cfg.buckets(s.Names), s.cfg.streams(s.Names, s.subjects)...)
}
