package tiers

import (
	"testing"

	"github.com/context-manager/context-manager/messages"
)

// A job that the server forgot to remove goes by its age, and none goes that a
// worker would still do: one is stored up to a window after it was signed, and
// a worker's clock may be late by another.
func TestJobsGoWhenTheyHaveBeenVoidForLong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, err := w.js.Stream(t.Context(), w.names.Jobs)
	if err != nil {
		t.Fatal(err)
	}
	if age := s.CachedInfo().Config.MaxAge; age <= messages.MaxRequestLife+2*messages.TimeWindow {
		t.Errorf("jobs go after %v (0 is never); they are done until %v", age, messages.MaxRequestLife+2*messages.TimeWindow)
	}
}
