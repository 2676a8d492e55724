package worker

import (
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

// The items of one store are seen all together or not at all, by whichever
// worker one asks, while they are written and merged.
func TestABatchIsSeenWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	const batch, batches, readers = 20, 25, 3
	r := newRig(t)
	r.start(options{})
	r.start(options{})
	var all sync.WaitGroup
	var stored atomic.Bool
	all.Go(func() {
		defer stored.Store(true)
		for n := range batches {
			items := turns(make([]string, batch)...)
			for i := range items {
				items[i].ID, items[i].Text = fmt.Sprintf("b%d-%d", n, i), "a turn"
			}
			o := r.ask(call{op: messages.OpStore, body: messages.StoreRequest{Session: "s", Items: items}})
			if o.failed != nil || o.status != statusOK {
				t.Errorf("batch %d: status %d, %v", n, o.status, o.failed)
				return
			}
		}
	})
	list := call{op: messages.OpList, body: messages.ListRequest{Session: "s", Limit: messages.MaxListLimit}}
	for range readers {
		all.Go(func() {
			for last := false; !last; {
				last = stored.Load()
				var seen messages.ListReply
				if o := r.ask(list); o.failed != nil || json.Unmarshal(o.body, &seen) != nil {
					t.Errorf("status %d, %v", o.status, o.failed)
					return
				}
				if got := len(seen.Items); got%batch != 0 || last && got != batch*batches {
					t.Errorf("%d items are seen, of batches of %d", got, batch)
					return
				}
			}
		})
	}
	all.Wait()
}
