package streams

import (
	"strings"
	"sync/atomic"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func TestServersThatWillNotDoAreRefusedWithTheRemedy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*natsd.Options)
		say    string
	}{
		"JetStream off": {func(o *natsd.Options) {
			o.Configure = func(s *server.Options) { s.JetStream = false }
		}, "-js"},
		"a small max_payload": {func(o *natsd.Options) { o.MaxPayload = 1 << 20 }, "max_payload: 10493952"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			nc := natstest.Connect(t, natstest.Start(t, c.change))
			err := Preflight(t.Context(), nc, jetStream(t, nc), messages.MaxMessageBytes)
			if !messages.HasCode(err, messages.CodeUnavailable) || !strings.Contains(err.Error(), c.say) {
				t.Fatalf("error %v; want it to say %q", err, c.say)
			}
		})
	}
}

// A cluster whose servers have just started says that it is not there yet.
func TestAJetStreamThatHasNoLeaderYetIsAskedAgain(t *testing.T) {
	t.Parallel()
	nc := natstest.Connect(t, natstest.Start(t, func(o *natsd.Options) {
		o.Configure = func(s *server.Options) { s.JetStream = false }
	}))
	var asked atomic.Int32
	_, err := nc.Subscribe("$JS.API.INFO", func(m *nats.Msg) {
		answer := `{"error":{"code":503,"err_code":10008,"description":"JetStream system temporarily unavailable"}}`
		if asked.Add(1) > 1 {
			answer = `{}`
		}
		_ = m.Respond([]byte(answer))
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := Preflight(t.Context(), nc, jetStream(t, nc), messages.MaxMessageBytes); err != nil || asked.Load() != 2 {
		t.Errorf("asked %d times: %v", asked.Load(), err)
	}
}

func TestVersions(t *testing.T) {
	t.Parallel()
	for version, good := range map[string]bool{
		"2.12.0": true, "2.15.2": true, "3.0.0": true, "v2.12.1": true, "2.12.0-RC.1": true, "dev": true,
		"2.11.9": false, "2.9.0": false, "1.4.1": false,
	} {
		err := checkVersion(version)
		if good != (err == nil) || !good && !messages.HasCode(err, messages.CodeUnavailable) {
			t.Errorf("%s: %v", version, err)
		}
	}
}
