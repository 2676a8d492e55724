package dead

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/streams"
	"github.com/context-manager/context-manager/worker"
)

// More letters are there than come at once, and somebody drops the others while the
// first are read: those that were read are all there are.
func TestLettersThatAreDroppedMeanwhileAreNotMissed(t *testing.T) {
	t.Parallel()
	const letters = 600
	subjects, err := messages.NewSubjects(messages.DefaultPrefix)
	if err != nil {
		t.Fatal(err)
	}
	nc := natstest.Connect(t, natstest.Start(t))
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: streams.NamesOf(messages.DefaultPrefix).Dead, Subjects: []string{"dead.>"}})
	if err != nil {
		t.Fatal(err)
	}
	for range letters {
		if _, err := js.PublishMsg(t.Context(), &nats.Msg{Subject: "dead.a", Header: nats.Header{worker.DeadCode: {"conflict"}}}); err != nil {
			t.Fatal(err)
		}
	}
	s := &graveyard{nc: nc, js: js, stream: stream, subjects: subjects, timeout: time.Second}
	read := 0
	err = s.each(t.Context(), func(*letter) error {
		if read++; read > 1 {
			return nil
		}
		return stream.Purge(t.Context())
	})
	if err != nil || read == 0 || read == letters {
		t.Errorf("read %d letters: %v; want those that had come", read, err)
	}
}
