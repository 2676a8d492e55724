package worker

import (
	"fmt"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/worker/operations"
)

// However many items an owner has, to clear all of its levels by name is as little to
// write as to clear it. Some of them are buried one by one, and where that is more
// than a message takes the refusal says what to do instead.
func TestClearingAllLevelsByNameIsNoMoreThanClearing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{worker: func(w *Worker) {
		d := w.operationDeps()
		d.MaxPayload = func() int64 { return 32<<10 + messages.MaxHeaderBytes }
		w.operations = operations.Table(d)
	}})
	for batch := range 4 { // 200 items whose ids come to 50 KB
		items := make([]messages.Item, 50)
		for i := range items {
			items[i] = messages.Item{ID: fmt.Sprintf("%0250d", batch*50+i), Text: "t"}
		}
		store(t, r.ask, messages.StoreRequest{Session: "s", Items: items})
	}
	store(t, r.ask, messages.StoreRequest{Session: "s", Items: []messages.Item{{ID: "note", Text: "t", Level: messages.ShortTerm}}})
	clear := func(levels ...messages.Level) outcome {
		return r.ask(call{op: messages.OpClear, body: messages.ClearRequest{Session: "s", Levels: levels}})
	}
	if refused := fails(t, clear(messages.Immediate), messages.CodeTooLarge); !strings.Contains(refused.Message, "clear all levels") {
		t.Errorf("some of its levels: %v", refused)
	}
	if n := must[messages.ClearReply](t, clear(messages.ShortTerm, messages.Immediate)).Cleared; n != 201 {
		t.Errorf("cleared %d items; want all 201", n)
	}
	if n := list(t, r.ask, messages.ListRequest{Session: "s"}).Total; n != 0 {
		t.Errorf("%d items are left", n)
	}
}
