package streams

import (
	"errors"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// A mirror that lacks a message answers direct gets too, as a replica does that
// is behind: what it does not have is asked of the leader.
func TestAMessageIsWhatTheLeaderHas(t *testing.T) {
	t.Parallel()
	js, err := jetstream.New(natstest.Connect(t, natstest.Start(t)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateStream(t.Context(), Config{}.stream("S", "", "s")); err != nil {
		t.Fatal(err)
	}
	if _, err := js.Publish(t.Context(), "s", []byte("kept")); err != nil {
		t.Fatal(err)
	}
	join := natstest.Behind(t, js, "S")
	if _, err := js.Publish(t.Context(), "s", []byte("mirrored")); err != nil {
		t.Fatal(err)
	}
	join()
	for range 20 { // either may be asked
		m, err := Message(t.Context(), js.Conn(), "S", 1)
		if err != nil || string(m.Data) != "kept" {
			t.Fatalf("%+v, %v", m, err)
		}
	}
	if _, err := Message(t.Context(), js.Conn(), "S", 3); !errors.Is(err, nats.ErrMsgNotFound) {
		t.Errorf("what nobody has: %v", err)
	}
}
