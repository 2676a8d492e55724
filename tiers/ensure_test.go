package tiers

import (
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// A cluster of too few servers refuses at the end: a worker that starts before
// its cluster has formed must not, and one that asks for too much must not wait for ever.
func TestTooFewServersForTheReplicasIsToldInTheEnd(t *testing.T) {
	t.Parallel()
	c := natstest.StartCluster(t, 3)
	nc := c.Connect(0)
	cfg := Config{}
	cfg.Streams.Replicas = 5
	cfg.Write.Backoff = jet.Backoff{Initial: time.Millisecond, Max: 2 * time.Millisecond}
	_, err := Open(t.Context(), nc, cfg, Deps{Log: zerolog.Nop(), Registerer: prometheus.NewRegistry(), Clock: newClock().now})
	if !messages.HasCode(err, messages.CodeUnavailable) {
		t.Fatalf("opened with five replicas on three servers: %v", err)
	}
	if !strings.Contains(err.Error(), "fewer servers than the replicas") {
		t.Errorf("the refusal does not say why: %v", err)
	}
	if !forming(&jetstream.APIError{Code: 400, ErrorCode: jet.CodeNoPeers}) || forming(&jetstream.APIError{Code: 400, ErrorCode: 10003}) {
		t.Error("a forming cluster is not told from other refusals")
	}
}

// A server alone refuses replicas for good, with a code that else means that it
// is out of order for a while: a worker must not wait for that to pass.
func TestReplicasOfAServerAloneAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	cfg := Config{}
	cfg.Streams.Replicas = 3
	cfg.Write.Backoff = jet.Backoff{Initial: time.Hour}
	nc := natstest.Connect(t, natstest.Start(t))
	_, err := Open(t.Context(), nc, cfg, Deps{Log: zerolog.Nop(), Registerer: prometheus.NewRegistry(), Clock: newClock().now})
	if !messages.HasCode(err, messages.CodeUnavailable) || !strings.Contains(err.Error(), "keeps 1 replica") {
		t.Fatalf("opened with three replicas on one server: %v", err)
	}
}

// Byte limits are set aside when a stream is made: a server without the room says so, and which setting helps.
func TestAServerWithoutRoomForALimitIsToldSo(t *testing.T) {
	t.Parallel()
	cfg := Config{}
	cfg.Write.Backoff = jet.Backoff{Initial: time.Millisecond, Max: 2 * time.Millisecond}
	small := natstest.Start(t, func(o *natsd.Options) {
		o.Configure = func(s *server.Options) { s.JetStreamMaxStore = 64 << 20 }
	})
	nc := natstest.Connect(t, small)
	_, err := Open(t.Context(), nc, cfg, Deps{Log: zerolog.Nop(), Registerer: prometheus.NewRegistry(), Clock: newClock().now})
	if !messages.HasCode(err, messages.CodeUnavailable) || !strings.Contains(err.Error(), "CTX_DEAD_MIB") {
		t.Fatalf("opened on 64 MiB: %v", err)
	}
}
