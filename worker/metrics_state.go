package worker

import "github.com/prometheus/client_golang/prometheus"

// states are gauges that are asked whenever they are read. What they tell
// changes though nothing tells the worker: it lost NATS, and so takes nothing;
// its key ring was changed into one that cannot be used.
func (w *Worker) states() []prometheus.Collector {
	states := []prometheus.Collector{
		stateGauge("serving", "1 while this worker takes requests: not before its start, not while it drains, not without NATS.", w.ready),
	}
	if w.deps.KeyRing != nil {
		states = append(states, stateGauge("key_ring_usable", "1 while the key ring that is there is the one in use.", w.deps.KeyRing))
	}
	return states
}

// stateGauge is 1 while ask gives no error.
func stateGauge(name, help string, ask func() error) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help}, func() float64 {
		if ask() != nil {
			return 0
		}
		return 1
	})
}
