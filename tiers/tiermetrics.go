package tiers

import (
	"errors"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/context-manager/context-manager/tiers/jet"
)

// tierMetrics are the collectors of one tier, with its label looked up once.
type tierMetrics struct {
	reads, writes [len(outcomes)]prometheus.Counter
	readSeconds   prometheus.Observer
	writeSeconds  prometheus.Observer
	hits, misses  prometheus.Counter
	alone, walks  prometheus.Counter
	foreign       prometheus.Counter
	mirrored      prometheus.Counter
}

// An outcome is how a request ended.
type outcome int

const (
	succeeded outcome = iota
	conflicting
	behindAnswer
	timedOut
	rejected
	canceled
	failed
)

var outcomes = [...]string{"ok", "conflict", "behind", "timeout", "rejected", "canceled", "error"}

func outcomeOf(err error) outcome {
	switch {
	case err == nil:
		return succeeded
	case errors.Is(err, errExists), jet.Conflicted(err):
		return conflicting
	case errors.Is(err, errBehind):
		return behindAnswer
	case errors.Is(err, jet.ErrTimeout), errors.Is(err, nats.ErrTimeout):
		return timedOut
	case errors.Is(err, errOpen):
		return rejected
	case callerLeft(err):
		return canceled
	default:
		return failed
	}
}

func (m *metrics) tier(label string) tierMetrics {
	x := tierMetrics{
		readSeconds:  m.seconds.WithLabelValues(label, "read"),
		writeSeconds: m.seconds.WithLabelValues(label, "write"),
		hits:         m.lookups.WithLabelValues("hit"),
		misses:       m.lookups.WithLabelValues("miss"),
		alone:        m.alone,
		walks:        m.walks,
		foreign:      m.foreign,
		mirrored:     m.mirrored,
	}
	for i, name := range outcomes {
		x.reads[i] = m.requests.WithLabelValues(label, "read", name)
		x.writes[i] = m.requests.WithLabelValues(label, "write", name)
	}
	return x
}

func (m *tierMetrics) read(o outcome, took time.Duration) {
	m.reads[o].Inc()
	m.readSeconds.Observe(took.Seconds())
}

func (m *tierMetrics) write(o outcome, took time.Duration) {
	m.writes[o].Inc()
	m.writeSeconds.Observe(took.Seconds())
}

func (m *tierMetrics) lookup(hit bool) {
	if hit {
		m.hits.Inc()
	} else {
		m.misses.Inc()
	}
}
