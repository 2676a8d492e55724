package tiers

import (
	"testing"

	"github.com/context-manager/context-manager/messages"
)

func TestHealthNamesEachComponent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"nats", "l1", "l2", "l3", "ledger", "jobs"} {
		if err, there := w.Health(t.Context())[name]; !there || err != nil {
			t.Errorf("%s: %v, %v", name, there, err)
		}
	}
	w.deleteStream(w.long.stream.Name)
	h := w.Health(t.Context())
	if !messages.HasCode(h["l3"], messages.CodeUnavailable) || h["l2"] != nil || h["jobs"] != nil {
		t.Errorf("with l3 gone: %v", h)
	}
	w.deleteStream(w.streams.Names.Jobs)
	if h := w.Health(t.Context()); !messages.HasCode(h["jobs"], messages.CodeUnavailable) || h["l2"] != nil {
		t.Errorf("with the jobs gone: %v", h)
	}
}
