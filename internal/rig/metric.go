package rig

import (
	dto "github.com/prometheus/client_model/go"
)

// Metric sums the worker's metrics of a name, which is without the program's
// prefix, over the labels that are not given. Labels are names and values by turns.
func (w *Worker) Metric(name string, labels ...string) (float64, error) {
	families, err := w.Registry.Gather()
	if err != nil {
		return 0, err
	}
	sum := 0.0
	for _, family := range families {
		for _, m := range family.GetMetric() {
			if family.GetName() == "context_manager_"+name && labelled(m, labels) {
				sum += m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
		}
	}
	return sum, nil
}

func labelled(m *dto.Metric, labels []string) bool {
	have := map[string]string{}
	for _, pair := range m.GetLabel() {
		have[pair.GetName()] = pair.GetValue()
	}
	for i := 0; i+1 < len(labels); i += 2 {
		if have[labels[i]] != labels[i+1] {
			return false
		}
	}
	return true
}
