package tiers

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/context-manager/context-manager/tiers/l1"
)

const namespace = "context_manager"

// metrics are the tiers' collectors. They count and time; none of them has a
// tenant, an owner or an item in a label.
type metrics struct {
	requests *prometheus.CounterVec   // by tier, operation and outcome
	seconds  *prometheus.HistogramVec // by tier and operation
	breaker  *prometheus.GaugeVec
	drift    *prometheus.GaugeVec
	filled   *prometheus.GaugeVec
	lookups  *prometheus.CounterVec
	alone    prometheus.Counter
	together prometheus.Counter
	walks    prometheus.Counter
	foreign  prometheus.Counter
	mirrored prometheus.Counter

	compactions   *prometheus.CounterVec
	looks         *prometheus.CounterVec
	compactedIn   prometheus.Counter
	compactedOut  prometheus.Counter
	compactQueue  prometheus.Gauge
	compactMissed prometheus.Counter

	gcLeader  prometheus.Gauge
	gcSweeps  *prometheus.CounterVec
	gcOwners  prometheus.Counter
	gcFailed  prometheus.Counter
	gcRemoved *prometheus.CounterVec
	gcLast    prometheus.Gauge

	auditStored, auditDropped prometheus.Counter

	reg        prometheus.Registerer
	registered []prometheus.Collector
}

func newMetrics() *metrics {
	m := &metrics{
		requests: counters("tier_requests_total", "Requests to a tier, by what they did and how they ended.", "tier", "op", "outcome"),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: namespace, Name: "tier_request_duration_seconds",
			Help:    "Time of requests to a tier, retries of writes included.",
			Buckets: prometheus.ExponentialBuckets(20e-6, 2.5, 14), // 20 µs to 3 s
		}, []string{"tier", "op"}),
		breaker:  gauges("breaker_state", "State of a circuit breaker: 0 closed, 1 half open, 2 open.", "breaker"),
		drift:    gauges("stream_drift", "Settings of a stream, bucket or consumer that differ from this worker's; 1 where it is gone.", "stream"),
		filled:   gauges("bucket_filled_ratio", "How much of what a bucket's byte limit leaves for items is used: from 1 on they are refused.", "tier"),
		lookups:  counters("l1_lookups_total", "Looks into the page cache.", "result"),
		alone:    counter("l1_answers_total", "Reads that the page cache answered alone, as max_stale_ms allows."),
		together: counter("tier_shared_reads_total", "Reads that shared a request with others."),
		walks:    counter("tier_walks_total", "Reads of owners with too many segments for one request."),
		foreign:  counter("tier_foreign_messages_total", "Messages met among segments that no worker wrote. They count for nothing."),
		mirrored: counter("tier_mirror_answers_total", "Answers to reads that a mirror of a bucket gave. They are not used."),

		compactions:   counters("compactions_total", "Logs of owners looked at to be merged, by how it ended.", "outcome"),
		looks:         counters("compaction_reads_total", "Logs read to be merged: all of one, or its newest part.", "extent"),
		compactedIn:   counter("compacted_segments_total", "Segments that merged ones replaced."),
		compactedOut:  counter("compacted_bytes_total", "Bytes of merged segments written."),
		compactQueue:  gauge("compaction_queue", "Owners that wait to be compacted."),
		compactMissed: counter("compactions_skipped_total", "Owners that were not queued because the queue was full."),

		gcLeader:  gauge("gc_leader", "1 while this worker has the lease of garbage collection."),
		gcSweeps:  counters("gc_sweeps_total", "Sweeps of garbage collection, by how they ended.", "outcome"),
		gcOwners:  counter("gc_owners_total", "Owners that garbage collection loaded."),
		gcFailed:  counter("gc_owner_failures_total", "Owners that garbage collection could not look after; a later sweep tries again."),
		gcRemoved: counters("gc_removed_total", "What garbage collection removed.", "what"),
		gcLast:    gauge("gc_last_sweep_timestamp_seconds", "When this worker last finished a sweep, unix time."),

		auditStored:  counter("audit_records_total", "Audit records stored."),
		auditDropped: counter("audit_dropped_total", "Audit records lost because the queue was full or the stream refused them."),
	}
	// What alerts look for is there from the start: an increase from nothing to one is none.
	m.compactions.WithLabelValues(compactionFailed)
	m.gcSweeps.WithLabelValues(sweepFailed)
	m.looks.WithLabelValues(looksAtAll)
	m.looks.WithLabelValues(looksAtNewest)
	return m
}

// register puts every collector on reg. What can be read from the tiers is
// read when it is asked for.
func (m *metrics) register(reg prometheus.Registerer, t *Tiers) error {
	if reg == nil {
		return nil
	}
	m.reg = reg
	all := append(m.collectors(), t.l1Collectors()...)
	all = append(all, counterFunc("late_replies_total", "Replies that came after their reader had left.",
		func() float64 { return float64(t.mux.Late()) }))
	for _, c := range all {
		if err := reg.Register(c); err != nil {
			return err
		}
		m.registered = append(m.registered, c)
	}
	return nil
}

func (m *metrics) collectors() []prometheus.Collector {
	return []prometheus.Collector{
		m.requests, m.seconds, m.breaker, m.drift, m.lookups, m.alone, m.together, m.walks, m.foreign, m.mirrored,
		m.compactions, m.looks, m.compactedIn, m.compactedOut, m.compactQueue, m.compactMissed,
		m.gcLeader, m.gcSweeps, m.gcOwners, m.gcFailed, m.gcRemoved, m.gcLast,
		m.auditStored, m.auditDropped, m.filled,
	}
}

// unregister takes every collector back, so that tiers can be opened again.
func (m *metrics) unregister() {
	if m == nil {
		return
	}
	for _, c := range m.registered {
		m.reg.Unregister(c)
	}
	m.registered = nil
}

func (t *Tiers) l1Collectors() []prometheus.Collector {
	lost := func(name, help string, n func(l1.Stats) uint64) prometheus.Collector {
		return counterFunc(name, help, func() float64 { return float64(n(t.l1.Stats())) })
	}
	return []prometheus.Collector{
		gaugeFunc("l1_entries", "Pages in the page cache.", func() float64 { return float64(t.l1.Stats().Pages) }),
		gaugeFunc("l1_bytes", "Bytes that the page cache has allocated.", func() float64 { return float64(t.l1.Stats().Bytes) }),
		lost("l1_damaged_total", "Cached pages that failed their check.", func(s l1.Stats) uint64 { return s.Damaged }),
		lost("l1_aged_total", "Cached pages that were too old to be brought up to date.", func(s l1.Stats) uint64 { return s.Aged }),
		lost("l1_oversized_total", "Pages too large for the cache.", func(s l1.Stats) uint64 { return s.Large }),
		lost("l1_refused_total", "Pages that the cache did not take, though they are not too large.", func(s l1.Stats) uint64 { return s.Refused }),
	}
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, labels)
}

func gauges(name, help string, labels ...string) *prometheus.GaugeVec {
	return prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help}, labels)
}

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help})
}

func gauge(name, help string) prometheus.Gauge {
	return prometheus.NewGauge(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help})
}

func counterFunc(name, help string, f func() float64) prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, f)
}

func gaugeFunc(name, help string, f func() float64) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help}, f)
}
