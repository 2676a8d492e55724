package deploy

import (
	"regexp"
	"testing"

	dto "github.com/prometheus/client_model/go"
)

// An alert on what a counter increases by compares two scrapes: what counts
// from nothing to one when it first appears increases by nothing. So each of
// these counters is there from the start of a worker.
func TestCountersThatAlertsWatchAreThereFromTheStart(t *testing.T) {
	t.Parallel()
	d := newWorld(t).deploy(t, callersKey())
	families, err := d.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	increase := regexp.MustCompile(`increase\((context_manager_[a-z0-9_]+)(?:\{([a-z_]+)="([^"]*)"\})?\[`)
	watched := 0
	for _, expr := range alertExprs(t) {
		for _, match := range increase.FindAllStringSubmatch(expr, -1) {
			watched++
			if !hasSeries(families, match[1], match[2], match[3]) {
				t.Errorf("%s is not there before it counts: %s", match[0], expr)
			}
		}
	}
	if watched < 8 {
		t.Errorf("found %d counters: this test looks for the wrong words", watched)
	}
	d.stop(t)
}

// hasSeries looks for a metric, with that value of that label if one is named.
func hasSeries(families []*dto.MetricFamily, name, label, value string) bool {
	for _, family := range families {
		for _, m := range family.GetMetric() {
			found := label == ""
			for _, pair := range m.GetLabel() {
				found = found || pair.GetName() == label && pair.GetValue() == value
			}
			if found && family.GetName() == name {
				return true
			}
		}
	}
	return false
}
