package bench

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/tiers"
)

// A cold case is refused if a page came from a cache: hits are counted of a
// worker that has one, and a worker without has none.
func TestHitsAreThoseOfAWorkerWithACache(t *testing.T) {
	t.Parallel()
	for l1, cached := range map[int]bool{-1: false, 1 << 20: true} {
		r := rig.Start(t, rig.Workers(0), rig.Tiers(func(c *tiers.Config) { c.L1.MaxBytes = l1 }))
		worker, c := r.StartWorker(), r.Client()
		if err := storeTurns(t.Context(), c, "s", 40); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if _, err := c.Assemble(t.Context(), assembleRequest("s", 0)); err != nil {
				t.Fatal(err)
			}
		}
		if u, err := metricsOf(t, worker.HTTP); err != nil || u.hits > 0 != cached {
			t.Errorf("of an L1 of %d bytes there were %v hits, %v", l1, u.hits, err)
		}
	}
}

// TestAWorkerThatCountsNoHitsIsRefused: one of another build would pass for one without a cache.
func TestAWorkerThatCountsNoHitsIsRefused(t *testing.T) {
	t.Parallel()
	if u, err := metricsOf(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})); err == nil {
		t.Errorf("%+v was read of nothing", u)
	}
}

// A worker that did not gather its metrics in time is asked again, and what is no metric
// is not read as one.
func TestAWorkerThatIsBusyIsAskedAgain(t *testing.T) {
	t.Parallel()
	tries := 0
	busy := http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		if tries++; tries < 3 {
			http.Error(rw, "Exceeded configured timeout of 2s.", http.StatusServiceUnavailable)
			return
		}
		_, _ = io.WriteString(rw, "# TYPE context_manager_l1_lookups_total counter\ncontext_manager_l1_lookups_total{result=\"hit\"} 7\n")
	})
	if u, err := metricsOf(t, busy); err != nil || u.hits != 7 {
		t.Errorf("%v hits, %v", u.hits, err)
	}
	if _, err := metricsOf(t, http.NotFoundHandler()); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("where nothing tells metrics: %v", err)
	}
}

func metricsOf(t *testing.T, metrics http.Handler) (usage, error) {
	t.Helper()
	server := httptest.NewServer(metrics)
	defer server.Close()
	return (&process{http: server.URL}).usage(t.Context())
}
