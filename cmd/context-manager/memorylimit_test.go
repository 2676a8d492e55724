package main

import "testing"

// A worker bounds its collector by its L1, and leaves alone what the operator set.
func TestTheMemoryLimitFollowsL1AndYieldsToTheOperator(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, c := range map[string]struct {
		variables      []string
		limit, percent float64
	}{
		"own":      {nil, (8 + 80) << 20, 400},
		"operator": {[]string{"GOMEMLIMIT=500MiB", "GOGC=50"}, 500 << 20, 50},
		"one":      {[]string{"GOGC=50"}, (8 + 80) << 20, 50},
	} {
		p := w.startWorkerWith(t, append(c.variables, "CTX_KEYS_FILE="+w.ring)...)
		if limit, percent := p.metric(t, "go_gc_gomemlimit_bytes"), p.metric(t, "go_gc_gogc_percent"); limit != c.limit || percent != c.percent {
			t.Errorf("%s: a limit of %.0f bytes and %.0f %% garbage; want %.0f and %.0f", name, limit, percent, c.limit, c.percent)
		}
	}
}
