package worker

import (
	"context"
	"testing"
	"time"
)

// A drain that is cut short leaves nobody at work who takes jobs, though one of
// them waited for room when it was.
func TestADrainThatIsCutShortLeavesNobodyTakingJobs(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	block := newGate() // never opened
	w := r.make(options{
		config: func(c *Config) { c.JobInFlight, c.DrainTimeout = 1, 50*time.Millisecond },
		deps:   func(d *Deps) { d.Reader = hookedReader{Reader: d.Reader, before: block.pass} },
	})
	work, cut := context.WithCancel(t.Context())
	defer cut()
	take, stop := context.WithCancel(work)
	taking, err := w.open(t.Context(), take, work)
	if err != nil {
		t.Fatal(err)
	}
	r.publish(aList)
	r.publish(aList) // which waits for room
	block.waitFor(t, 1)
	stop()
	if err := w.drain(work, taking, cut); err == nil {
		t.Error("the drain ended well: the test shows nothing")
	}
	select {
	case <-taking.jobs.done:
	default:
		t.Error("the job lane is at work after the drain")
	}
}
