package client_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/messages/envelope"
)

// receipts are what Submit gave for texts.
type receipts struct {
	mu   sync.Mutex
	all  []client.Receipt
	text map[string]string // by receipt's id
}

// submit stores a text by the job lane, in a session of that name.
func (r *receipts) submit(t *testing.T, c *client.Client, text string) error {
	got, err := c.Submit(t.Context(), messages.OpStore, turn(text))
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.text == nil {
		r.text = make(map[string]string)
	}
	if was, twice := r.text[got.ID]; twice {
		return fmt.Errorf("%q and %q have the same id", was, text)
	}
	r.all, r.text[got.ID] = append(r.all, got), text
	return nil
}

// shared tells whether any two came in one message.
func (r *receipts) shared() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	places := make(map[uint64]bool)
	for _, one := range r.all {
		places[one.Seq] = true
	}
	return len(places) < len(r.all)
}

// A jobMessage is what the stream has at a place: the bodies of requests by their ids.
type jobMessage struct {
	id, messageID, reply string
	bodies               map[string][]byte
}

func jobAt(t *testing.T, s jetstream.Stream, seq uint64) jobMessage {
	t.Helper()
	m, err := s.GetMsg(t.Context(), seq)
	if err != nil {
		t.Fatal(err)
	}
	h := m.Header
	j := jobMessage{
		id: h.Get(envelope.HeaderID), reply: h.Get(envelope.HeaderReply), messageID: h.Get(envelope.HeaderMsgID), bodies: make(map[string][]byte),
	}
	parts, err := messages.BundledBodies(m.Data)
	if err != nil { // no bundle
		j.bodies[j.id] = m.Data
	}
	for place, part := range parts {
		j.bodies[messages.PartID(j.id, place)] = part
	}
	return j
}

func TestAReceiptNamesTheRequestInItsMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stream := w.jobs()
	c := w.client()
	var got receipts
	crowd(t, 32, got.shared, func(i int) error { return got.submit(t, c, fmt.Sprint("text ", i)) })
	jobs := 0
	for seq := uint64(1); seq <= stream.CachedInfo().State.LastSeq || jobs < len(got.all); seq++ {
		j := jobAt(t, stream, seq)
		if j.reply != envelope.NoReply || j.messageID != j.id {
			t.Errorf("a message has the inbox %q and is %s to the stream; want none, and its id %s", j.reply, j.messageID, j.id)
		}
		jobs += len(j.bodies)
	}
	if jobs != len(got.all) {
		t.Errorf("the stream has %d jobs; want %d", jobs, len(got.all))
	}
	for _, one := range got.all {
		r, err := messages.Decode[messages.StoreRequest](jobAt(t, stream, one.Seq).bodies[one.ID])
		if err != nil || r.Items[0].Text != got.text[one.ID] || one.Duplicate {
			t.Errorf("at %+v is %+v, %v; want %q", one, r, err, got.text[one.ID])
		}
	}
}

func TestAJobThatIsAloneIsNoBundle(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stream := w.jobs()
	c := w.client()
	var got receipts
	crowd(t, 32, got.shared, func(i int) error { return got.submit(t, c, fmt.Sprint("text ", i)) })
	for range 20 {
		receipt, err := c.Submit(t.Context(), messages.OpStore, turn("alone"))
		if err != nil {
			t.Fatal(err)
		}
		if j := jobAt(t, stream, receipt.Seq); j.id != receipt.ID || j.bodies[j.id] == nil {
			t.Errorf("the receipt names %s; the stream has %d jobs in the message %s", receipt.ID, len(j.bodies), j.id)
		}
	}
}
