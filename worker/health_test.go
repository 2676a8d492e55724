package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
)

func get(t *testing.T, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	return rec
}

func TestReadinessFollowsTheWorkersLife(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	block := newGate()
	w := r.make(options{deps: func(d *Deps) { d.Reader = hookedReader{Reader: d.Reader, before: block.pass} }})
	h := w.Handler(w.registry)
	expect := func(when string, readiness int) {
		t.Helper()
		if got := get(t, h, "/health/readiness").Code; got != readiness {
			t.Errorf("%s: readiness %d; want %d", when, got, readiness)
		}
		if got := get(t, h, "/health/liveness").Code; got != http.StatusOK {
			t.Errorf("%s: liveness %d", when, got)
		}
	}
	expect("before the start", http.StatusServiceUnavailable)
	w.run(t)
	expect("serving", http.StatusOK)
	if err := r.nc.PublishMsg(r.message(messages.LaneAsk, aList.with(func(c *call) { c.reply = "_INBOX.nobody" }))); err != nil {
		t.Fatal(err)
	}
	block.waitFor(t, 1)
	w.stop()
	await.That(t, "readiness is off", func() bool { return get(t, h, "/health/readiness").Code != http.StatusOK })
	expect("draining", http.StatusServiceUnavailable)
	block.open()
	if err := <-w.ended; err != nil {
		t.Fatal(err)
	}
	expect("stopped", http.StatusServiceUnavailable)
}

func TestReadinessNeedsTheConnection(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{})
	h := w.Handler(w.registry)
	r.server.Shutdown()
	await.That(t, "readiness is off", func() bool { return get(t, h, "/health/readiness").Code == http.StatusServiceUnavailable })
	if got := get(t, h, "/health").Code; got != http.StatusServiceUnavailable {
		t.Errorf("health %d", got)
	}
	if metrics := get(t, h, "/metrics").Body.String(); !strings.Contains(metrics, "context_manager_serving 0\n") {
		t.Error("its metrics say that it serves")
	}
	w.nc.Close() // there is no server to drain into
}

func TestHealthNamesEveryComponent(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	states := map[string]error{"l2": nil, "l1": nil}
	var later time.Duration // each call comes when what was told is too old
	w := r.make(options{deps: func(d *Deps) {
		d.Health = func(context.Context) map[string]error { return states }
	}})
	w.checkup.clock = func() time.Time { return time.Now().Add(later) }
	w.run(t)
	h := w.Handler(w.registry)
	for _, c := range []struct {
		down   string
		status int
	}{{"", 200}, {"l1", 200}, {"l2", 503}} {
		states["l1"], states["l2"] = nil, nil
		if c.down != "" {
			states[c.down] = errors.New("it is down")
		}
		later += checkupAge
		rec := get(t, h, "/health")
		var report healthReport
		if err := json.Unmarshal(rec.Body.Bytes(), &report); err != nil {
			t.Fatal(err)
		}
		if rec.Code != c.status || report.Components["worker"] != "ok" || report.Components["dead_letters"] != "ok" || len(report.Components) != 4 {
			t.Errorf("with %q down: %d %+v", c.down, rec.Code, report)
		}
		if c.down != "" && report.Components[c.down] != "it is down" {
			t.Errorf("with %q down: %+v", c.down, report)
		}
	}
}

func TestMetricsAreServed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{})
	store(t, r.submit, messages.StoreRequest{Session: "s", Items: turns("a turn")})
	must[messages.AssembleReply](t, r.ask(call{op: messages.OpAssemble, body: messages.AssembleRequest{Session: "s", MaxTokens: 100}}))
	h := w.Handler(w.registry)
	lines := []string{
		`context_manager_requests_total{code="ok",lane="ask",op="assemble"} 1`,
		`context_manager_requests_total{code="ok",lane="job",op="store"} 1`,
		`context_manager_request_duration_seconds_count{lane="ask",op="assemble"} 1`,
		`context_manager_jobs_settled_total{outcome="acked"} 1`,
		`context_manager_in_flight_requests{lane="ask"} 0`,
		`context_manager_serving 1`,
		`context_manager_jobs_pending 0`,
		`context_manager_jobs_reachable 1`,
		`context_manager_dead_letters_reachable 1`,
		`context_manager_assembled_tokens_total{level="long_term"} 0`,
	}
	for _, code := range messages.Codes() { // there before the first letter, which an alert would miss otherwise
		lines = append(lines, fmt.Sprintf("context_manager_dead_letters_total{code=%q} 0", code))
	}
	for _, line := range lines {
		await.That(t, "the metrics have "+line, func() bool { return strings.Contains(get(t, h, "/metrics").Body.String(), line+"\n") })
	}
}

// A key ring that cannot be used is shown, and the worker serves with the one before.
func TestAKeyRingThatCannotBeUsedIsShown(t *testing.T) {
	t.Parallel()
	var stuck atomic.Bool
	w := newRig(t).start(options{deps: func(d *Deps) {
		d.KeyRing = func() error {
			if stuck.Load() {
				return errors.New("it cannot be used")
			}
			return nil
		}
	}})
	h := w.Handler(w.registry)
	for _, c := range []struct {
		stuck          bool
		metric, health string
	}{
		{false, "context_manager_key_ring_usable 1\n", `"keys": "ok"`},
		{true, "context_manager_key_ring_usable 0\n", `"keys": "it cannot be used"`},
	} {
		stuck.Store(c.stuck)
		if got := get(t, h, "/metrics").Body.String(); !strings.Contains(got, c.metric) {
			t.Errorf("metrics do not have %q", c.metric)
		}
		if got := get(t, h, "/health"); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), c.health) {
			t.Errorf("health %d %s; want %s", got.Code, got.Body, c.health)
		}
	}
}

// A stream of jobs that somebody deleted is shown, and so is that a worker which started made it anew.
func TestALostJobLaneIsShown(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{config: func(c *Config) { c.LagInterval = 20 * time.Millisecond }})
	h := w.Handler(w.registry)
	shows := func(line string) func() bool {
		return func() bool { return strings.Contains(get(t, h, "/metrics").Body.String(), line+"\n") }
	}
	await.That(t, "the job lane is there", shows("context_manager_jobs_reachable 1"))
	if err := r.js.DeleteStream(t.Context(), w.cfg.Jobs); err != nil {
		t.Fatal(err)
	}
	await.That(t, "the job lane is gone", shows("context_manager_jobs_reachable 0"))
	if got := get(t, h, "/health"); got.Code != http.StatusServiceUnavailable || !strings.Contains(got.Body.String(), `"jobs": "unavailable: `) {
		t.Errorf("health %d %s", got.Code, got.Body)
	}
	r.start(options{})
	await.That(t, "the job lane is there again", shows("context_manager_jobs_reachable 1"))
}

// A sample that is cut short by the worker's own stop says nothing of the job lane.
func TestAWorkerThatStopsDoesNotSayThatTheJobLaneIsGone(t *testing.T) {
	t.Parallel()
	w := newRig(t).start(options{})
	reached := func() bool { return testutil.ToFloat64(w.metrics.jobsReached) == 1 }
	await.That(t, "the job lane is there", reached)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if w.sampleLagOnce(stopped); !reached() {
		t.Error("the job lane is said to be gone")
	}
}
