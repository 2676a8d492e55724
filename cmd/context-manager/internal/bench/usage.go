package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/context-manager/context-manager/tiers/jet"
)

// usage is what a worker has used, or used between two moments.
type usage struct {
	allocations float64 // objects
	bytes       float64 // allocated
	cpu         float64 // seconds
	resident    float64 // bytes, the highest seen
	hits        float64 // pages found in its cache, since it started
	bundled     float64 // requests that shared a message
}

// usage reads the worker's own metrics.
func (c *process) usage(ctx context.Context) (usage, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	families, err := jet.Retry(ctx, jet.Backoff{Initial: 100 * time.Millisecond}, func() (map[string]*dto.MetricFamily, error) {
		families, err := c.metrics(ctx)
		return families, jet.PermanentIf(err, !errors.Is(err, errBusy))
	})
	if err != nil {
		return usage{}, fmt.Errorf("read the worker's metrics: %w", err)
	}
	lookups, counted := families["context_manager_l1_lookups_total"]
	if !counted {
		return usage{}, errors.New("read the worker's metrics: it does not count looks into its cache")
	}
	return usage{
		allocations: valueOf(families["go_memstats_mallocs_total"]),
		bytes:       valueOf(families["go_memstats_alloc_bytes_total"]),
		cpu:         valueOf(families["process_cpu_seconds_total"]),
		resident:    valueOf(families["process_resident_memory_bytes"]),
		hits:        hitsOf(lookups),
		bundled:     valueOf(families["context_manager_bundled_requests_total"]),
	}, nil
}

// errBusy is that a worker did not gather its metrics in time, as where callers want all cores.
var errBusy = errors.New("the worker is too busy to tell them: run it on a machine with less to do")

func (c *process) metrics(ctx context.Context) (map[string]*dto.MetricFamily, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.http+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	switch response.StatusCode {
	case http.StatusOK:
		parser := expfmt.NewTextParser(model.UTF8Validation)
		return parser.TextToMetricFamilies(response.Body)
	case http.StatusServiceUnavailable:
		return nil, errBusy
	default:
		return nil, errors.New(response.Status)
	}
}

// valueOf is the value of a family's one metric, 0 if it is missing.
func valueOf(f *dto.MetricFamily) float64 {
	if len(f.GetMetric()) == 0 {
		return 0
	}
	m := f.GetMetric()[0]
	return m.GetCounter().GetValue() + m.GetGauge().GetValue() + m.GetUntyped().GetValue()
}

// hitsOf is the value of the family's metric whose result is a hit.
func hitsOf(f *dto.MetricFamily) float64 {
	for _, m := range f.GetMetric() {
		for _, label := range m.GetLabel() {
			if label.GetValue() == "hit" {
				return m.GetCounter().GetValue()
			}
		}
	}
	return 0
}

// add adds what was used between two moments.
func (u *usage) add(before, after usage) {
	u.allocations += after.allocations - before.allocations
	u.bytes += after.bytes - before.bytes
	u.cpu += after.cpu - before.cpu
	u.bundled += after.bundled - before.bundled
	u.resident = max(u.resident, after.resident)
}
