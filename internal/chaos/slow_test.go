package chaos

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/worker"
)

// A caller that never reads what comes to it costs the others nothing: the
// server drops it when what waits for it is too much, and a worker never waits
// for it, or all of its few handlers would.
func TestACallerThatDoesNotReadHarmsItselfAlone(t *testing.T) {
	t.Parallel()
	const handlers = 16
	r := rig.Start(t, rig.Config(func(c *worker.Config) { c.AskInFlight = handlers }),
		rig.Server(func(o *natsd.Options) {
			o.Configure = func(s *server.Options) { s.MaxPending = 11 << 20 } // the largest answer fits, and not all of these
		}))
	other := r.Client()
	if _, err := other.Store(bounded(t), messages.StoreRequest{Session: "s", Items: []messages.Item{bulky(), bulky()}}); err != nil {
		t.Fatal(err)
	}
	inbox := deaf(t, r)
	sender, signer := r.Connect(), r.Signer()
	poll(t, func() bool {
		for i := range handlers / 2 {
			if err := sender.PublishMsg(listing(t, r, signer, fmt.Sprintf("%s.%d", inbox, i))); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := other.List(bounded(t), messages.ListRequest{Session: "s", Limit: 1}); err != nil {
			t.Fatalf("beside a caller that does not read, another is told: %v", err)
		}
		return r.Server.Inner().NumSlowConsumers() > 0
	})
	if err := put(t, other, "s", "", "after"); err != nil {
		t.Error(err)
	}
}

// bulky is an item of some 240 KiB, nearly all of it metadata, which costs little to store.
func bulky() messages.Item {
	it := messages.Item{Text: "x", Metadata: map[string]string{}}
	for i := range messages.MaxMetadataPairs {
		it.Metadata[fmt.Sprint("m", i)] = strings.Repeat("x", messages.MaxMetadataValue)
	}
	return it
}

// deaf connects and subscribes to an inbox, and never reads again.
func deaf(t *testing.T, r *rig.Rig) (inbox string) {
	t.Helper()
	inbox = nats.NewInbox()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", r.Server.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := fmt.Fprintf(conn, "CONNECT {\"verbose\":false,\"headers\":true}\r\nSUB %s.> 1\r\nPING\r\n", inbox); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewReaderSize(conn, 4096); ; { // INFO, then PONG: from there on the server knows the subscription
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(line, "PONG") {
			return inbox
		}
	}
}

// listing is a signed ask for what session s has.
func listing(t *testing.T, r *rig.Rig, signer *envelope.Signer, inbox string) *nats.Msg {
	t.Helper()
	id, err := messages.NewID(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	u := envelope.Unsigned{
		Subject: r.Subjects.Ask(rig.Tenant, messages.OpList), Reply: inbox, ID: id, Body: []byte(`{"session":"s"}`),
		Time: time.Now().UnixMilli(), Expires: time.Now().Add(time.Minute).UnixMilli(),
	}
	return &nats.Msg{Subject: u.Subject, Reply: inbox, Header: signer.Headers(u), Data: u.Body}
}

// A worker that stands still lets no more asks wait than its limit says. The
// rest are dropped and counted, their callers are told so by their deadline,
// those that try again are answered when it goes on, and that needs no hand.
func TestAWorkerThatStandsStillIsOutlivedByItsCallers(t *testing.T) {
	t.Parallel()
	const waiting, sent = 4, 100
	still := newStandstill()
	r := rig.Start(t, rig.Workers(0),
		rig.Config(func(c *worker.Config) { c.AskPendingMessages, c.AskInFlight = waiting, 1 }),
		rig.Deps(func(d *worker.Deps) { d.Clock = still.clock }))
	w := r.StartWorker()
	t.Cleanup(still.end) // before the worker's end, which waits for its handlers
	nc, signer := r.Connect(), r.Signer()
	inbox := nats.NewInbox()
	var answered atomic.Int64
	if _, err := nc.Subscribe(inbox+".*", func(*nats.Msg) { answered.Add(1) }); err != nil {
		t.Fatal(err)
	}
	still.begin()
	for i := range sent {
		if err := nc.PublishMsg(listing(t, r, signer, fmt.Sprintf("%s.%d", inbox, i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	poll(t, func() bool { return metric(t, w, "ask_slow_consumer_total") > 0 })

	_, err := r.Client(func(o *client.Options) { o.Retries, o.Timeout = -1, 300*time.Millisecond }).
		List(t.Context(), messages.ListRequest{Session: "s"})
	if !errors.Is(err, client.ErrNoReply) {
		t.Errorf("a caller that cannot wait is told: %v; want ErrNoReply", err)
	}
	var patient sync.WaitGroup
	patient.Go(func() {
		c := r.Client(func(o *client.Options) {
			o.AttemptTimeout, o.Retries, o.Timeout = 200*time.Millisecond, 20, 30*time.Second
		})
		if _, err := c.List(t.Context(), messages.ListRequest{Session: "s"}); err != nil {
			t.Errorf("a caller that tries again is told: %v", err)
		}
	})
	still.end()
	patient.Wait()
	if n := answered.Load(); n > waiting+4 { // and what the library and the worker had in hand
		t.Errorf("%d of %d asks were answered; no more than %d may have waited", n, sent, waiting)
	}
}

// A standstill is a clock that holds up whoever asks for the time.
type standstill struct {
	begun atomic.Bool
	over  chan struct{}
	end   func()
}

func newStandstill() *standstill {
	s := &standstill{over: make(chan struct{})}
	s.end = sync.OnceFunc(func() { close(s.over) })
	return s
}

func (s *standstill) begin() { s.begun.Store(true) }

func (s *standstill) clock() time.Time {
	if s.begun.Load() {
		<-s.over
	}
	return time.Now()
}

// metric is one of a worker's metrics.
func metric(t *testing.T, w *rig.Worker, name string, labels ...string) float64 {
	t.Helper()
	n, err := w.Metric(name, labels...)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
