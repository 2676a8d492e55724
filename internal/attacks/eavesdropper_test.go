package attacks

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
)

// Somebody hears every request as it is sent, and at once sends copies of it,
// exact and spoiled. The refusals of the copies go to the victim's inbox, some
// sooner than the answer: the victim's client takes none of them for it.
func TestCopiesSentAtOnceFailNoCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	c := w.client("victim", victim)
	var copies atomic.Int64
	heard, err := w.nc.Subscribe(w.Subjects.AskAll(), func(m *nats.Msg) {
		if m.Header.Get(ours) != "" {
			return
		}
		spoiled := captured(m, withHeader(ours, "1"), func(m *nats.Msg) { m.Data = append(m.Data, ' ') })
		for _, sent := range []*nats.Msg{spoiled, captured(m, withHeader(ours, "1")), captured(m, withHeader(ours, "1"))} {
			if err := w.nc.PublishMsg(sent); err != nil {
				t.Error(err)
			}
		}
		copies.Add(3)
	})
	if err != nil {
		t.Fatal(err)
	}
	w.flush()
	const stores = 40
	for i := range stores {
		text := fmt.Sprintf("said once: %d", i)
		if _, err := c.Store(t.Context(), messages.StoreRequest{Session: "s", Items: []messages.Item{{Text: text}}}); err != nil {
			t.Fatal(err)
		}
		list, err := c.List(t.Context(), messages.ListRequest{Session: "s"})
		if err != nil || list.Total != i+1 {
			t.Fatalf("%d items, %v; want %d", list.Total, err, i+1)
		}
	}
	ended := make(chan struct{})
	heard.SetClosedHandler(func(string) { close(ended) })
	w.unlisten(heard)
	<-ended // what it was at when it was told to end is sent, on a connection that is still there
	if n := copies.Load(); n < 2*stores {
		t.Errorf("only %d copies were sent", n)
	}
}
