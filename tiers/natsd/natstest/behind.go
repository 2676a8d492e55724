package natstest

import (
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/await"
)

// Behind gives a stream a mirror that lacks what the stream has now, for good, and
// answers direct gets, as a replica does that is behind for a while. It begins to
// answer with the first message that it has, for which join waits.
func Behind(t testing.TB, js jetstream.JetStream, stream string) (join func()) {
	t.Helper()
	origin, err := js.Stream(t.Context(), stream)
	if err != nil {
		t.Fatal(err)
	}
	mirror, err := js.CreateStream(t.Context(), jetstream.StreamConfig{
		Name: "BEHIND", MirrorDirect: true,
		Mirror: &jetstream.StreamSource{Name: stream, OptStartSeq: origin.CachedInfo().State.LastSeq + 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		await.That(t, "the mirror has a message", func() bool {
			info, err := mirror.Info(t.Context())
			return err == nil && info.State.Msgs > 0
		})
	}
}
