package worker

import (
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// How long a deletion stays, and what a request did is remembered, counts from when
// it was written. A worker that does jobs may have a clock that is behind by any amount.
func TestWhatAWorkerWritesIsNotDatedByAClockThatIsBehind(t *testing.T) {
	t.Parallel()
	r, began := newRig(t), time.Now()
	r.start(options{deps: func(d *Deps) {
		d.ServerTime = time.Now
		d.Clock = func() time.Time { return time.Now().Add(-48 * time.Hour) }
	}})
	for _, op := range changing() {
		store(t, r.submit, messages.StoreRequest{Session: string(op), Items: turns("one", "two")})
		if got := r.submit(call{op: op, body: changeOf(op)}); got.failed != nil {
			t.Fatalf("%s: %v", op, got.failed)
		}
	}
	for _, bucket := range []string{"KV_ctx_short", "KV_ctx_long"} {
		s, err := r.js.Stream(t.Context(), bucket)
		if err != nil {
			t.Fatal(err)
		}
		for seq := range s.CachedInfo().State.LastSeq {
			msg, err := s.GetMsg(t.Context(), seq+1)
			if err != nil {
				t.Fatal(err)
			}
			head, err := page.ReadHead(msg.Data)
			if err != nil || head.At < began.UnixMilli() {
				t.Errorf("%s is dated %v, %v; the test began at %v", msg.Subject, time.UnixMilli(head.At), err, began)
			}
		}
	}
}
