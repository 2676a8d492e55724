package streams

import (
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"

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
	err := newSet(t, c.Connect(0), Config{Replicas: 5}, jet.Backoff{Initial: time.Millisecond, Max: 2 * time.Millisecond}).Ensure(t.Context())
	if !messages.HasCode(err, messages.CodeUnavailable) {
		t.Fatalf("made with five replicas on three servers: %v", err)
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
	nc := natstest.Connect(t, natstest.Start(t))
	err := newSet(t, nc, Config{Replicas: 3}, jet.Backoff{Initial: time.Hour}).Ensure(t.Context())
	if !messages.HasCode(err, messages.CodeUnavailable) || !strings.Contains(err.Error(), "keeps 1 replica") {
		t.Fatalf("made with three replicas on one server: %v", err)
	}
}

// Byte limits are set aside when a stream is made: a server without the room says so, and which setting helps.
func TestAServerWithoutRoomForALimitIsToldSo(t *testing.T) {
	t.Parallel()
	small := natstest.Start(t, func(o *natsd.Options) {
		o.Configure = func(s *server.Options) { s.JetStreamMaxStore = 64 << 20 }
	})
	nc := natstest.Connect(t, small)
	err := newSet(t, nc, Config{}, jet.Backoff{Initial: time.Millisecond, Max: 2 * time.Millisecond}).Ensure(t.Context())
	if !messages.HasCode(err, messages.CodeUnavailable) || !strings.Contains(err.Error(), "CTX_DEAD_MIB") {
		t.Fatalf("made on 64 MiB: %v", err)
	}
}

func TestEnsureMakesNothingAnew(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	set := ensured(t, server, Config{})
	created := func() (at []time.Time) {
		for _, c := range set.wanted() {
			at = append(at, set.info(t, c.Name).Created)
		}
		return at
	}
	before := created()
	ensured(t, server, Config{})
	for _, c := range set.wanted() {
		if drift := set.driftOf(t, c.Name); drift != 0 {
			t.Errorf("%s drifted by %v settings although this worker made it", c.Name, drift)
		}
	}
	if drift := set.driftOf(t, set.Names.Consumer); drift != 0 {
		t.Errorf("the consumer drifted by %v settings although this worker made it", drift)
	}
	for i, at := range created() {
		if !at.Equal(before[i]) {
			t.Errorf("stream %d was made anew", i)
		}
	}
	if _, err := set.deps.JS.Consumer(t.Context(), set.Names.Jobs, set.Names.Consumer); err != nil {
		t.Errorf("the jobs' consumer: %v", err)
	}
}
