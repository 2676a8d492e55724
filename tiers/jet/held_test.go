package jet

import (
	"runtime"
	"testing"
	"time"
	"weak"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// A slot that waits for its next request keeps nothing of the last one's
// replies, which may be megabytes of segments.
func TestASlotKeepsNoReplies(t *testing.T) {
	t.Parallel()
	nc := natstest.Connect(t, natstest.Start(t))
	m, err := NewMux(nc, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := nc.Subscribe("echo", func(msg *nats.Msg) {
		_ = msg.Respond([]byte("one"))
		_ = msg.Respond([]byte("two"))
		_ = msg.RespondMsg(&nats.Msg{Header: nats.Header{statusHeader: {statusEnd}}})
	}); err != nil {
		t.Fatal(err)
	}
	for _, reply := range repliesOf(t, m, "echo") {
		runtime.GC()
		if reply.Value() != nil {
			t.Error("a reply is kept by the slot that it came to")
		}
	}
	if _, err := m.take(); err != nil {
		t.Errorf("the only slot was not given back: %v", err)
	}
}

// repliesOf sends one request and forgets its replies.
func repliesOf(t *testing.T, m *Mux, subject string) (replies []weak.Pointer[nats.Msg]) {
	t.Helper()
	c, err := m.send(subject, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Release()
	got, err := c.Wait(t.Context(), time.Minute)
	if err != nil || len(got) != 3 {
		t.Fatalf("%d replies of 3: %v", len(got), err)
	}
	for _, msg := range got[:2] { // nats.go itself may hold on to the last
		replies = append(replies, weak.Make(msg))
	}
	return replies
}

// A seat keeps nothing of those who rode with it: neither that of one who was
// answered, nor of one who gave up, nor the call that all shared.
func TestASlotKeepsNoTrip(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := &w.direct.convoy
	w.put("a", "i", "a")
	w.put("b", "i", "b")
	w.together(1, "a", "b")
	free, seats := v.block(), w.seats(2)
	seats[0].leave() // it is about to tell the convoy, and sits in the next trip all the same
	v.out -= abreast
	_, shared := v.next()
	v.left(seats[0])
	v.unsent(rider{}, shared, ErrTimeout)
	v.out += abreast
	free()
	for _, seat := range seats {
		seat.Release()
	}
	await.That(t, "every call is given back", w.mux.eachFreeOnce)
	for _, c := range w.mux.free {
		if c.trip != nil || c.convoy != nil || c.err != nil {
			t.Errorf("a free slot keeps trip %v, convoy %v, %v", c.trip, c.convoy != nil, c.err)
		}
	}
}
