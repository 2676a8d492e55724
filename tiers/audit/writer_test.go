package audit

import (
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, natstest.Lasting()...) }

// A world is a server with a stream of audit records, and who writes them.
type world struct {
	*Writer
	t      *testing.T
	server *natsd.Server
	stream jetstream.Stream
}

func newWorld(t *testing.T, cfg Config, deadline time.Duration) *world {
	t.Helper()
	s := natstest.Start(t)
	js, err := jetstream.New(natstest.Connect(t, s))
	if err != nil {
		t.Fatal(err)
	}
	stream, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "AUDIT", Subjects: []string{"audit"}})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, server: s, stream: stream}
	w.Writer = NewWriter(cfg, Deps{
		JS: js, Subject: "audit", Worker: "w.1", Attempt: 100 * time.Millisecond, Deadline: deadline,
		Stored: prometheus.NewCounter(prometheus.CounterOpts{}), Dropped: prometheus.NewCounter(prometheus.CounterOpts{}),
	})
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := w.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return w
}

// records reads what is stored: how many messages, and the records in them.
func (w *world) records() (msgs uint64, events []messages.AuditEvent) {
	w.t.Helper()
	info, err := w.stream.Info(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for seq := info.State.FirstSeq; seq <= info.State.LastSeq; seq++ {
		msg, err := w.stream.GetMsg(w.t.Context(), seq)
		if err != nil {
			w.t.Fatal(err)
		}
		some, err := messages.ReadAudit(msg.Data)
		if err != nil {
			w.t.Fatal(err)
		}
		events = append(events, some...)
	}
	return info.State.Msgs, events
}

// Records that come one after the other share a message, since the first waits
// for others: a message a record would be a third publish for each store. It
// does not keep the writer from closing.
func TestAuditRecordsThatComeOneByOneShareAMessage(t *testing.T) {
	t.Parallel()
	if linger := (Config{}).withDefaults().Linger; linger <= 0 {
		t.Errorf("by default a record waits %v for others", linger)
	}
	w := newWorld(t, Config{Linger: time.Hour}, 20*time.Second)
	const n = 50
	for range n {
		w.Record(messages.AuditEvent{Kind: messages.AuditPerformed})
		await.That(t, "the record is taken from the queue", func() bool { return len(w.queue) == 0 })
	}
	if err := w.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	msgs, events := w.records()
	if msgs != 1 {
		t.Fatalf("%d messages; want one", msgs)
	}
	if len(events) != n || events[0].Worker != "w.1" {
		t.Errorf("%d of %d records are stored, by %q", len(events), n, events[0].Worker)
	}
	if stored := testutil.ToFloat64(w.deps.Stored); stored != n {
		t.Errorf("%v records are counted, of %d", stored, n)
	}
}

func TestAuditNeverBlocks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Config{}, 20*time.Second)
	stuck := &Writer{deps: w.deps, queue: make(chan messages.AuditEvent, 4), stop: make(chan struct{})} // nobody takes from it
	for range 10 {
		stuck.Record(messages.AuditEvent{})
	}
	if got := testutil.ToFloat64(w.deps.Dropped); got != 6 {
		t.Fatalf("%v records counted as dropped; want 6", got)
	}
}

func TestAuditThatCannotBeStoredIsCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Config{}, 500*time.Millisecond)
	js, err := jetstream.New(natstest.Connect(t, w.server))
	if err != nil {
		t.Fatal(err)
	}
	if err := js.DeleteStream(t.Context(), "AUDIT"); err != nil {
		t.Fatal(err)
	}
	w.Record(messages.AuditEvent{})
	await.That(t, "the lost record is counted", func() bool { return testutil.ToFloat64(w.deps.Dropped) == 1 })
}
