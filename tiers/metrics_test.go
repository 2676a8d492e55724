package tiers

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/tiers/page"
)

func TestMetricNamesAreGood(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("s"), "a", "1")
	w.see(session("s"), page.Freshness{})
	w.fill(session("s"), 10)
	if _, err := w.Compact(t.Context(), session("s")); err != nil {
		t.Fatal(err)
	}
	if err := w.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	problems, err := testutil.GatherAndLint(w.reg)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestMetricsCountWhatHappens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("s"), "a", "1")
	w.see(session("s"), page.Freshness{}) // a miss
	w.see(session("s"), page.Freshness{}) // a hit
	for _, want := range []struct {
		name, label, value string
		n                  float64
	}{
		{"context_manager_l1_lookups_total", "result", "hit", 1},
		{"context_manager_l1_lookups_total", "result", "miss", 1},
		{"context_manager_l1_entries", "", "", 1},
		{"context_manager_breaker_state", "breaker", "l2_read", 0},
		{"context_manager_compactions_total", "outcome", "failed", 0}, // there before it is needed
		{"context_manager_gc_sweeps_total", "outcome", "failed", 0},
	} {
		if got := metric(t, w.reg, want.name, want.label, want.value); got != want.n {
			t.Errorf("%s{%s} is %v; want %v", want.name, want.value, got, want.n)
		}
	}
}

func TestClosedTiersCanBeOpenedAgainOnOneRegistry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	again, err := Open(t.Context(), w.nc, w.cfg, Deps{Registerer: w.reg, Clock: w.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// metric is the value of the one series of this name, and label if one is given.
func metric(t testing.TB, g prometheus.Gatherer, name, label, value string) float64 {
	t.Helper()
	families, err := g.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		for _, m := range f.GetMetric() {
			match := label == ""
			for _, l := range m.GetLabel() {
				match = match || l.GetName() == label && l.GetValue() == value
			}
			if match {
				return m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
		}
	}
	t.Fatalf("no series %s{%s=%q}", name, label, value)
	return 0
}
