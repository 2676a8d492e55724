package bench

import (
	"slices"
	"time"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/timing"
)

// results hold what was measured, by case.
type results map[string]figures

// figures are one case's. Times are microseconds; rates are calls a
// second at many callers; ratios compare with the bare counterpart.
type figures struct {
	P50   float64 `json:"p50_us"` // one caller
	P99   float64 `json:"p99_us"`
	PerS  float64 `json:"per_s"` // many callers
	P50m  float64 `json:"p50_many_us"`
	P99m  float64 `json:"p99_many_us"`
	P50h  float64 `json:"p50_half_us"` // at half of that, the medians of rounds
	P99h  float64 `json:"p99_half_us"`
	Items float64 `json:"items_per_s,omitempty"`

	Bare     string  `json:"bare,omitempty"`
	Ratio    float64 `json:"ratio_to_echo,omitempty"`     // of per_s
	P50Ratio float64 `json:"p50_ratio_to_echo,omitempty"` // of p50 at one caller

	Allocations float64 `json:"worker_allocs_per_request,omitempty"`
	Bytes       float64 `json:"worker_bytes_per_request,omitempty"`
	CPU         float64 `json:"worker_cpu_us_per_request,omitempty"`
	Resident    float64 `json:"worker_resident_mib,omitempty"`
	Bundled     float64 `json:"bundled_share,omitempty"` // of requests, at many callers: those that shared a message
}

func (r *runner) report() results {
	report := make(results)
	for _, c := range r.cases {
		report[c.name] = r.times[c.name].figures(c)
	}
	for _, c := range r.cases {
		bare, ok := report[c.bare]
		if !ok {
			continue
		}
		f := report[c.name]
		f.Bare, f.Ratio, f.P50Ratio = c.bare, f.PerS/bare.PerS, f.P50/bare.P50
		report[c.name] = f
	}
	return report
}

func (t *callTimes) figures(c trial) figures {
	for _, times := range [][]time.Duration{t.one, t.many} {
		slices.Sort(times)
	}
	f := figures{
		P50: timing.Percentile(t.one, 50), P99: timing.Percentile(t.one, 99),
		P50m: timing.Percentile(t.many, 50), P99m: timing.Percentile(t.many, 99),
		P50h: median(t.half50), P99h: median(t.half99),
		PerS: float64(len(t.many)) / t.manyFor.Seconds(),
	}
	f.Items = f.PerS * float64(c.items)
	if calls := float64(len(t.many)); c.bare != "" && calls > 0 {
		f.Allocations, f.Bytes = t.worker.allocations/calls, t.worker.bytes/calls
		f.CPU, f.Resident = t.worker.cpu*1e6/calls, t.worker.resident/(1<<20)
		f.Bundled = t.worker.bundled / calls
	}
	return f
}
