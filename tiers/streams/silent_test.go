package streams

import (
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// A stream that does not answer, as one without a leader does not, keeps no other
// from being compared.
func TestOneSilentStreamKeepsNoOtherFromBeingCompared(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	ensured(t, server, Config{})
	nc := natstest.Connect(t, server)
	set := newSet(t, nc, Config{LongMaxAge: time.Hour}, jet.Backoff{})
	set.deps.Attempt = 300 * time.Millisecond
	set.deps.JS = deafTo(t, nc, OfBucket(set.Names.Short))
	set.Check(t.Context())
	if got := set.driftOf(t, OfBucket(set.Names.Long)); got != 1 {
		t.Errorf("beside a stream that is silent %v settings differ; want 1", got)
	}
}

// deafTo gives a JetStream of which one stream does not answer.
func deafTo(t *testing.T, nc *nats.Conn, stream string) jetstream.JetStream {
	t.Helper()
	_, err := nc.Subscribe("deaf.>", func(m *nats.Msg) {
		asked := strings.TrimPrefix(m.Subject, "deaf.")
		if strings.HasSuffix(asked, "."+stream) {
			return
		}
		if err := nc.PublishRequest("$JS.API."+asked, m.Reply, m.Data); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	js, err := jetstream.NewWithAPIPrefix(nc, "deaf")
	if err != nil {
		t.Fatal(err)
	}
	return js
}
