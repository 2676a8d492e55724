package worker

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/context-manager/context-manager/messages"
)

const namespace = "context_manager"

// metrics are what a worker counts. All labels are bounded: lanes, operations
// (or "unknown"), error codes, refusal reasons, levels.
type metrics struct {
	requests      *prometheus.CounterVec   // by lane, op, code
	latency       *prometheus.HistogramVec // by lane, op
	refusals      *prometheus.CounterVec   // by lane, reason
	settled       *prometheus.CounterVec   // by outcome
	dead          *prometheus.CounterVec   // by code
	tokens        *prometheus.CounterVec   // by level
	inFlight      *prometheus.GaugeVec     // by lane
	inFlightBytes *prometheus.GaugeVec     // by lane

	bundled                                 prometheus.Counter
	rateDelays, repliesFailed, settleFailed prometheus.Counter
	panics, slowConsumer, auditSuppressed   prometheus.Counter
	jobsPending, jobsUnsettled              prometheus.Gauge
	jobsReached, lettersReached             prometheus.Gauge

	hot hotMetrics
}

func newMetrics() *metrics {
	m := &metrics{
		requests:      counters("requests_total", "Requests that were answered or settled.", "lane", "op", "code"),
		latency:       latencies("request_duration_seconds", "From a request's arrival to its answer.", "lane", "op"),
		refusals:      counters("refusals_total", "Messages that were not verified, or were replays.", "lane", "reason"),
		settled:       counters("jobs_settled_total", "Deliveries of jobs that were acknowledged, put off, terminated or too late.", "outcome"),
		dead:          counters("dead_letters_total", "Jobs that were copied to the dead letters.", "code"),
		tokens:        counters("assembled_tokens_total", "Tokens of assembled contexts.", "level"),
		inFlight:      gauges("in_flight_requests", "Requests being worked on.", "lane"),
		inFlightBytes: gauges("in_flight_bytes", "Bytes of the bodies of requests being worked on.", "lane"),

		bundled:         counter("bundled_requests_total", "Requests that shared a message with others."),
		rateDelays:      counter("jobs_rate_delayed_total", "Jobs that were put off because their key's rate was used up."),
		repliesFailed:   counter("replies_failed_total", "Replies that could not be sent."),
		settleFailed:    counter("settlements_failed_total", "Settlements of jobs that could not be sent."),
		panics:          counter("panics_total", "Panics in handlers: defects."),
		slowConsumer:    counter("ask_slow_consumer_total", "Times that the connection began to drop asks because too many were waiting."),
		auditSuppressed: counter("audit_suppressed_total", "Refusals that were not audited one by one because there were too many."),

		jobsPending:   gauge("jobs_pending", "Jobs in the stream that no worker has been given yet."),
		jobsUnsettled: gauge("jobs_unsettled", "Jobs that a worker has been given and has not settled."),
		jobsReached:   gauge("jobs_reachable", "1 while the stream of jobs and its consumer answer this worker, and it may take jobs and settle them."),

		lettersReached: gauge("dead_letters_reachable", "1 while the stream of dead letters answers this worker, and it may write letters."),
	}
	// An alert on what increases sees nothing of a counter that is not there
	// before: the first letter of a code would be the one that nobody is told of.
	for _, code := range messages.Codes() {
		m.dead.WithLabelValues(string(code))
	}
	m.settled.WithLabelValues(outcomeExpired)
	m.hot = m.lookedUp()
	return m
}

func (m *metrics) collectors() []prometheus.Collector {
	return []prometheus.Collector{
		m.requests, m.latency, m.refusals, m.settled, m.dead, m.tokens, m.inFlight, m.inFlightBytes,
		m.bundled, m.rateDelays, m.repliesFailed, m.settleFailed, m.panics, m.slowConsumer, m.auditSuppressed,
		m.jobsPending, m.jobsUnsettled, m.jobsReached, m.lettersReached,
	}
}

func (m *metrics) register(r prometheus.Registerer, states []prometheus.Collector) error {
	for _, c := range append(m.collectors(), states...) {
		if err := r.Register(c); err != nil {
			return err
		}
	}
	return nil
}

// count records how a request ended that was not worked on.
func (m *metrics) count(lane messages.Lane, op string, failure *messages.Error) {
	m.requests.WithLabelValues(string(lane), op, codeName(failure)).Inc()
}

// observe records how a request ended, and how long it took.
func (m *metrics) observe(lane messages.Lane, op string, failure *messages.Error, took time.Duration) {
	if known, ok := m.hot.ended[ending{lane, op}]; ok && failure == nil {
		known.well.Inc()
		known.took.Observe(took.Seconds())
		return
	}
	m.count(lane, op, failure)
	m.latency.WithLabelValues(string(lane), op).Observe(took.Seconds())
}

// together counts the requests of a message. One alone shares it with none.
func (m *metrics) together(requests int) {
	if requests > 1 {
		m.bundled.Add(float64(requests))
	}
}

// buried counts a job of which there is a letter.
func (m *metrics) buried(code messages.Code) { m.dead.WithLabelValues(string(code)).Inc() }

// assembled records what a context came to.
func (m *metrics) assembled(t messages.TokenCount) {
	m.hot.immediate.Add(float64(t.Immediate))
	m.hot.shortTerm.Add(float64(t.ShortTerm))
	m.hot.longTerm.Add(float64(t.LongTerm))
	m.hot.overhead.Add(float64(t.Overhead))
}

// A load shows what is being worked on.
type load struct{ requests, bytes prometheus.Gauge }

func (m *metrics) loadOf(lane messages.Lane) load {
	return load{m.inFlight.WithLabelValues(string(lane)), m.inFlightBytes.WithLabelValues(string(lane))}
}

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help})
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, labels)
}

func gauge(name, help string) prometheus.Gauge {
	return prometheus.NewGauge(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help})
}

func gauges(name, help string, labels ...string) *prometheus.GaugeVec {
	return prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help}, labels)
}

// latencies span 50 µs to 13 s.
func latencies(name, help string, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: namespace, Name: name, Help: help, Buckets: prometheus.ExponentialBuckets(50e-6, 2, 19),
	}, labels)
}
