package streams

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"go.uber.org/goleak"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, natstest.Lasting()...) }

// newSet gives the set of the default prefix on a server, as a worker has it.
func newSet(t *testing.T, nc *nats.Conn, cfg Config, backoff jet.Backoff) *Set {
	t.Helper()
	subjects, err := messages.NewSubjects("")
	if err != nil {
		t.Fatal(err)
	}
	drift := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "drift"}, []string{"stream"})
	return New(subjects, cfg, Deps{
		JS: jetStream(t, nc), Drift: drift, Attempt: 10 * time.Second, Backoff: backoff,
	})
}

// ensured gives a set that is there on a server.
func ensured(t *testing.T, s *natsd.Server, cfg Config) *Set {
	t.Helper()
	set := newSet(t, natstest.Connect(t, s), cfg, jet.Backoff{})
	if err := set.Ensure(t.Context()); err != nil {
		t.Fatal(err)
	}
	return set
}

func jetStream(t *testing.T, nc *nats.Conn) jetstream.JetStream {
	t.Helper()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

// names are those of every stream and of the consumer.
func (s *Set) names() []string {
	names := []string{s.Names.Consumer}
	for _, c := range s.wanted() {
		names = append(names, c.Name)
	}
	return names
}

// info is what the server says of a stream.
func (s *Set) info(t *testing.T, name string) *jetstream.StreamInfo {
	t.Helper()
	stream, err := s.deps.JS.Stream(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return stream.CachedInfo()
}

// driftOf is how many settings of a stream are counted as different.
func (s *Set) driftOf(t *testing.T, name string) float64 {
	t.Helper()
	var m dto.Metric
	if err := s.deps.Drift.WithLabelValues(name).Write(&m); err != nil {
		t.Fatal(err)
	}
	return m.GetGauge().GetValue()
}
