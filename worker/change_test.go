package worker

import (
	"strconv"
	"sync"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

// Many callers count one item up, through two workers. No step is lost, so
// each update saw the one before it.
func TestUpdatesWithARevisionLoseNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{})
	r.start(options{})
	store(t, r.ask, messages.StoreRequest{Session: "s", Items: turns("0")})
	const callers, steps = 4, 8
	var counting sync.WaitGroup
	for i := range callers {
		counting.Go(func() {
			for done := 0; done < steps; {
				item := list(t, r.ask, messages.ListRequest{Session: "s", IDs: []string{"t0"}}).Items[0]
				n, _ := strconv.Atoi(item.Text)
				text := strconv.Itoa(n + 1)
				o := r.ask(call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "t0", Revision: item.Revision, Text: &text}})
				switch {
				case o.failed == nil:
					done++
				case o.failed.Code != messages.CodeConflict:
					t.Errorf("failed with %v", o.failed)
					return
				}
				// Others write to the same session all the while.
				store(t, r.ask, messages.StoreRequest{Session: "s", Items: []messages.Item{{ID: "by" + strconv.Itoa(i), Text: text}}})
			}
		})
	}
	counting.Wait()
	if got := list(t, r.ask, messages.ListRequest{Session: "s", IDs: []string{"t0"}}).Items[0].Text; got != strconv.Itoa(callers*steps) {
		t.Errorf("counted to %s; want %d", got, callers*steps)
	}
}

// Each of many deletes reports an item as deleted exactly once.
func TestConcurrentDeletesAgreeOnWhoDeleted(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{})
	r.start(options{})
	items := turns("a", "b", "c", "d", "e")
	store(t, r.ask, messages.StoreRequest{Session: "s", Items: items})
	var deleting sync.WaitGroup
	var mu sync.Mutex
	deleted := map[string]int{}
	for range 6 {
		deleting.Go(func() {
			reply := must[messages.DeleteReply](t, r.ask(call{op: messages.OpDelete, body: messages.DeleteRequest{Session: "s", IDs: ids(items)}}))
			mu.Lock()
			defer mu.Unlock()
			for _, id := range reply.Deleted {
				deleted[id]++
			}
		})
	}
	deleting.Wait()
	for _, it := range items {
		if deleted[it.ID] != 1 {
			t.Errorf("%s was deleted %d times", it.ID, deleted[it.ID])
		}
	}
}
