package worker

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/messages"
)

func TestMetricNamesAreLinted(t *testing.T) {
	t.Parallel()
	m, registry := newMetrics(), prometheus.NewPedanticRegistry()
	if err := m.register(registry, nil); err != nil {
		t.Fatal(err)
	}
	m.observe(messages.LaneAsk, "store", nil, 1)
	m.assembled(messages.TokenCount{Immediate: 1})
	m.loadOf(messages.LaneJob).requests.Inc()
	m.refusals.WithLabelValues("ask", "signature").Inc()
	m.settled.WithLabelValues("acked").Inc()
	m.dead.WithLabelValues("internal").Inc()
	problems, err := testutil.GatherAndLint(registry)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}
