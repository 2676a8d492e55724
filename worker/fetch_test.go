package worker

import "testing"

// What a server says of a fetch ends it, or the lane where the consumer is gone, or
// nothing; and what would be said again at once is asked again after a while.
func TestWhatAServerSaysOfAFetchEndsIt(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	l := &jobLane{w: r.make(options{}).Worker, work: t.Context()}
	batch := l.w.cfg.JobBatch
	for name, c := range map[string]struct {
		status, description string
		left, lasted        int
		over, waits, fails  bool
	}{
		"it waits still":                {status: "100", description: "Idle Heartbeat", left: batch, lasted: 5},
		"its time is over":              {status: "408", description: "Request Timeout", left: batch, lasted: 10, over: true},
		"the rest of it is too small":   {status: "409", description: "Message Size Exceeds MaxBytes", left: batch - 1, lasted: 1, over: true},
		"its leader has gone elsewhere": {status: "409", description: "Leadership Change", left: batch, lasted: 4, over: true},
		"nobody is there":               {status: "503", left: batch, lasted: 1, waits: true},
		"too many ask":                  {status: "409", description: "Exceeded MaxWaiting", left: batch, lasted: 1, waits: true},
		"the consumer is gone":          {status: "409", description: "Consumer Deleted", left: batch, lasted: 4, fails: true},
		"it is none":                    {status: "400", description: "Bad Request", left: batch, lasted: 1, fails: true},
	} {
		f := &fetches{l: l, left: c.left, lasted: c.lasted}
		err := f.told(c.status, c.description)
		if over, waits := f.left == 0, f.silent > 0; over != c.over || waits != c.waits || (err != nil) != c.fails {
			t.Errorf("%s: over %t, waits %t, %v", name, over, waits, err)
		}
	}
}
