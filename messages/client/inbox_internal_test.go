package client

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"
)

func newTestInbox() *inbox {
	return &inbox{prefix: "_INBOX.client.", done: make(chan struct{}), waiting: make(map[string]*slot)}
}

func openSlot(t *testing.T, in *inbox) *slot {
	t.Helper()
	s, err := in.open(time.Minute, 1)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestASlotIsUsedAgainEmptyAndUnderAnotherSubject(t *testing.T) {
	t.Parallel()
	in := newTestInbox()
	first := openSlot(t, in)
	old := first.subject
	for range 2 * (1 + slotReplies) { // more than it holds must not block either
		in.deliver(&nats.Msg{Subject: old})
	}
	if len(first.replies) != 1+slotReplies {
		t.Fatalf("%d replies wait; want %d", len(first.replies), 1+slotReplies)
	}
	in.release(first)
	again := openSlot(t, in)
	if again != first || again.subject == old || len(again.replies) != 0 {
		t.Fatalf("the slot is the same %t, its subject %s after %s, %d replies in it",
			again == first, again.subject, old, len(again.replies))
	}
	in.deliver(&nats.Msg{Subject: old})
	if len(again.replies) != 0 {
		t.Fatal("a late reply came to another request")
	}
	in.release(again)
	if len(in.waiting) != 0 {
		t.Fatalf("%d requests are waited for; want none", len(in.waiting))
	}
}

func TestSubjectsOfNoRequestAreDropped(t *testing.T) {
	t.Parallel()
	in := newTestInbox()
	s := openSlot(t, in)
	for _, subject := range []string{"", "_INBOX", "_INBOX.client.", "_INBOX.client.unknown"} {
		in.deliver(&nats.Msg{Subject: subject})
	}
	if len(s.replies) != 0 {
		t.Fatal("a message for nobody was delivered")
	}
}
