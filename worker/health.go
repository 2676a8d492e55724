package worker

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Components without which a worker still serves.
const (
	cacheComponent = "l1"
	keysComponent  = "keys" // a ring that cannot be used leaves the one before in use
)

// Components of the job lane.
const (
	jobsComponent    = "jobs"         // the stream and its consumer, and that this worker may take part
	lettersComponent = "dead_letters" // their stream, and that this worker may write there
)

// A healthReport is the body of /health.
type healthReport struct {
	Status     string            `json:"status"` // ok or down
	Components map[string]string `json:"components"`
}

// Handler serves a worker's HTTP side:
//
//   - /metrics: gatherer's metrics, for Prometheus.
//   - /health: every component's state as JSON, a second old at most, but that this worker may take
//     and bury jobs, which it looks for every Config.LagInterval; 503 if one that is needed is down.
//   - /health/liveness: 200 while the process can answer at all.
//   - /health/readiness: 200 while requests are taken: not before the start, not
//     while draining, not while NATS is disconnected.
func (w *Worker) Handler(gatherer prometheus.Gatherer) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(gatherer, promhttp.HandlerOpts{Timeout: w.cfg.HealthTimeout}))
	mux.HandleFunc("GET /health", w.serveHealth)
	mux.HandleFunc("GET /health/liveness", func(rw http.ResponseWriter, _ *http.Request) { say(rw, nil) })
	mux.HandleFunc("GET /health/readiness", func(rw http.ResponseWriter, _ *http.Request) { say(rw, w.ready()) })
	return mux
}

func (w *Worker) serveHealth(rw http.ResponseWriter, r *http.Request) {
	report := w.health(r.Context())
	status := http.StatusOK
	if report.Status != "ok" {
		status = http.StatusServiceUnavailable
	}
	body, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		http.Error(rw, "the report cannot be encoded", http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "application/json")
	rw.Header().Set("Cache-Control", "no-store")
	rw.WriteHeader(status)
	_, _ = rw.Write(append(body, '\n')) // a client that has left needs no answer
}

// health tells of every component. What this worker knows by itself is as it is
// now, or as it was when it last looked; what others have to be asked for as it was a
// second ago at most.
func (w *Worker) health(ctx context.Context) healthReport {
	states := w.checkup.report(ctx)
	states["worker"] = w.ready() // after what may have taken a while
	if w.deps.KeyRing != nil {
		states[keysComponent] = w.deps.KeyRing()
	}
	if fault := w.jobFault.get(); fault != nil && states[jobsComponent] == nil {
		states[jobsComponent] = fault
	}
	states[lettersComponent] = w.letterFault.get()
	report := healthReport{Status: "ok", Components: make(map[string]string, len(states))}
	for name, err := range states {
		report.Components[name] = "ok"
		if err == nil {
			continue
		}
		report.Components[name] = err.Error()
		if name != cacheComponent && name != keysComponent {
			report.Status = "down"
		}
	}
	return report
}

func say(rw http.ResponseWriter, err error) {
	rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
	rw.Header().Set("Cache-Control", "no-store")
	text := "ok\n"
	if err != nil {
		rw.WriteHeader(http.StatusServiceUnavailable)
		text = err.Error() + "\n"
	}
	_, _ = rw.Write([]byte(text)) // a client that has left needs no answer
}
