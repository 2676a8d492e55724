package worker

import (
	"context"
	"errors"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func TestADrainUnderLoadLosesNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	// Its tiers stay open, so its audit must not be theirs: that is written in the background.
	first := r.start(options{deps: func(d *Deps) { d.Audit = &auditTrail{} }})
	var load sync.WaitGroup
	var answered, turnedAway, stored atomic.Int64
	over := make(chan struct{})
	for range 8 { // callers that wait for an answer
		load.Go(func() {
			for !isClosed(over) {
				switch taken, ok := askOnce(t, r); {
				case !ok:
					return
				case taken:
					answered.Add(1)
				default:
					turnedAway.Add(1)
				}
			}
		})
	}
	load.Go(func() { // and a publisher of jobs
		pace := time.NewTicker(3 * time.Millisecond) // a session of a few hundred items will do
		defer pace.Stop()
		for ; !isClosed(over); <-pace.C {
			id := strconv.FormatInt(stored.Load(), 10)
			r.publish(call{op: messages.OpStore, body: messages.StoreRequest{Session: "jobs", Items: []messages.Item{{ID: id, Text: "job"}}}})
			stored.Add(1)
		}
	})
	await.That(t, "there is load", func() bool { return answered.Load() > 100 && stored.Load() > 30 })
	first.stop()
	if err := <-first.ended; err != nil {
		t.Errorf("the drain: %v", err)
	}
	sent := first.nc.Stats().OutMsgs
	await.That(t, "callers are told that nobody is there", func() bool { return turnedAway.Load() > 0 })
	close(over)
	load.Wait()
	if now := first.nc.Stats().OutMsgs; now != sent {
		t.Errorf("%d messages were published after the drain", now-sent)
	}
	r.start(options{})
	r.idle()
	reply := list(t, r.ask, messages.ListRequest{Session: "jobs", Limit: 1})
	if int64(reply.Total) != stored.Load() {
		t.Errorf("%d of %d jobs had their effect", reply.Total, stored.Load())
	}
	if n := int64(r.count("KV_ctx_short")); n > stored.Load() {
		t.Errorf("%d segments for %d jobs: some had two", n, stored.Load())
	}
}

func isClosed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// askOnce sends one ask. taken is false if the server said that nobody is
// subscribed; ok is false if no answer came at all, which loses a reply.
func askOnce(t *testing.T, r *rig) (taken, ok bool) {
	inbox := nats.NewInbox()
	sub, err := r.nc.SubscribeSync(inbox)
	if err != nil {
		t.Error(err)
		return false, false
	}
	defer func() { _ = sub.Unsubscribe() }()
	if err := r.nc.PublishMsg(r.message(messages.LaneAsk, aList.with(func(c *call) { c.reply = inbox }))); err != nil {
		t.Error(err)
		return false, false
	}
	m, err := sub.NextMsg(patience)
	if errors.Is(err, nats.ErrNoResponders) || err == nil && len(m.Data) == 0 {
		return false, true
	}
	if err != nil {
		t.Errorf("an ask was lost: %v", err)
		return false, false
	}
	if code := m.Header.Get(envelope.HeaderErrorCode); code != "" {
		t.Errorf("an ask failed: %s", m.Data)
	}
	return true, true
}

func TestADrainWaitsForHandlersOfBothLanes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	block := newGate()
	w := r.start(options{deps: func(d *Deps) { d.Reader = hookedReader{Reader: d.Reader, before: block.pass} }})
	inbox, got := r.spy()
	for _, lane := range []messages.Lane{messages.LaneAsk, messages.LaneJob} {
		if err := r.nc.PublishMsg(r.message(lane, aList.with(func(c *call) { c.reply = inbox }))); err != nil {
			t.Fatal(err)
		}
	}
	block.waitFor(t, 2)
	w.stop()
	await.That(t, "readiness is off", func() bool { return w.ready() != nil })
	select {
	case err := <-w.ended:
		t.Fatalf("the drain did not wait: %v", err)
	default:
	}
	block.open()
	if err := <-w.ended; err != nil {
		t.Fatal(err)
	}
	answers := 0
	for _, m := range got() {
		if m.Header.Get(envelope.HeaderSignature) != "" && m.Header.Get(envelope.HeaderErrorCode) == "" {
			answers++
		}
	}
	if answers != 2 {
		t.Errorf("%d answers after the drain; want 2", answers)
	}
	r.idle()
}

// Handlers that never end are waited for until time is up, of each lane alone:
// a drain that did not wait for one of them would end well before.
func TestADrainThatTakesTooLongIsCutShort(t *testing.T) {
	t.Parallel()
	for name, lanes := range map[string][]messages.Lane{
		"asks": {messages.LaneAsk}, "jobs": {messages.LaneJob}, "both": {messages.LaneAsk, messages.LaneJob},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cutShort(t, lanes)
		})
	}
}

func cutShort(t *testing.T, lanes []messages.Lane) {
	t.Helper()
	r := newRig(t)
	block := newGate() // never opened
	w := r.start(options{
		config: func(c *Config) { c.DrainTimeout = 200 * time.Millisecond },
		deps:   func(d *Deps) { d.Reader = hookedReader{Reader: d.Reader, before: block.pass} },
	})
	inbox, got := r.spy()
	asks, jobs := 0, uint64(0)
	for _, lane := range lanes {
		if err := r.nc.PublishMsg(r.message(lane, aList.with(func(c *call) { c.reply = inbox }))); err != nil {
			t.Fatal(err)
		}
		if lane == messages.LaneJob {
			jobs++
		} else {
			asks++
		}
	}
	block.waitFor(t, int64(len(lanes)))
	w.stop()
	if err := <-w.ended; !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("the drain ended with %v; want that it took too long", err)
	} else if strings.Count(err.Error(), "still being worked on") != 1 {
		t.Errorf("handlers that were cut short did not end: %v", err)
	}
	told := 0
	for _, m := range got() {
		if m.Header.Get(envelope.HeaderErrorCode) == "503" {
			told++
		}
	}
	if told != asks {
		t.Errorf("%d callers were told to try again; want %d", told, asks)
	}
	if n := r.count("CTX_JOBS"); n != jobs {
		t.Errorf("%d jobs are left; want the %d that were cut short", n, jobs)
	}
	r.start(options{})
	r.idle()
}

// What handlers sent last is not taken for sent before the server has it: here
// the network is away from when the last handler may go on.
func TestADrainDoesNotEndWellBeforeTheServerHasWhatItSent(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	block, proxy := newGate(), natstest.NewProxy(t, r.server.Addr().String())
	w := r.start(options{
		config: func(c *Config) { c.DrainTimeout = 2 * time.Second },
		deps:   func(d *Deps) { d.Reader = hookedReader{Reader: d.Reader, before: block.pass} },
		conn:   []nats.Option{nats.SetCustomDialer(dialTo(proxy.Addr())), nats.MaxReconnects(-1)},
	})
	r.publish(aList)
	block.waitFor(t, 1)
	w.stop()
	await.That(t, "it takes nothing more", func() bool {
		w.crew.mu.Lock()
		defer w.crew.mu.Unlock()
		return w.crew.closed
	})
	proxy.Cut()
	block.open()
	if err := <-w.ended; err == nil || !strings.Contains(err.Error(), "flush the last replies") {
		t.Errorf("the drain ended with %v", err)
	}
}

// Handlers that end just in time leave no less time to what they sent than those
// that end too late.
func TestADrainsLastStepHasItsGrace(t *testing.T) {
	t.Parallel()
	for _, left := range []time.Duration{-time.Hour, 0, cutGrace / 2, time.Hour} {
		began := time.Now()
		draining, cancel := context.WithDeadline(t.Context(), began.Add(left))
		defer cancel()
		grace, cancel := atLeast(draining, cutGrace)
		defer cancel()
		if end, ok := grace.Deadline(); !ok || end.Before(began.Add(max(left, cutGrace))) {
			t.Errorf("with %v left the last step ends %v after it began", left, end.Sub(began))
		}
	}
}

// dialTo dials one address, whichever is asked for.
type dialTo string

func (d dialTo) Dial(network, _ string) (net.Conn, error) {
	return new(net.Dialer).DialContext(context.Background(), network, string(d))
}

func TestAWorkerEndsWhenItsConnectionIsClosed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{})
	w.nc.Close()
	if err := <-w.ended; !errors.Is(err, errConnectionClosed) || err.Error() != errConnectionClosed.Error() {
		t.Fatalf("ended with %v; want that, and nothing of what follows from it", err)
	}
}

func TestAWorkerOutlivesItsServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := newRig(t, func(o *natsd.Options) { o.StoreDir = dir })
	w := r.start(options{conn: []nats.Option{nats.MaxReconnects(-1), nats.ReconnectWait(10 * time.Millisecond)}})
	store(t, r.ask, messages.StoreRequest{Session: "s", Items: turns("before")})
	used := call{op: messages.OpClear, id: newID(t), body: messages.ClearRequest{Session: "none"}}
	must[messages.ClearReply](t, r.ask(used))

	address, ok := r.server.Addr().(*net.TCPAddr)
	if !ok {
		t.Fatalf("address %v", r.server.Addr())
	}
	r.server.Shutdown()
	r.server = natstest.Start(t, func(o *natsd.Options) { o.StoreDir, o.Port = dir, address.Port })
	r.reconnect()
	await.That(t, "the worker answers again", func() bool {
		taken, ok := askOnce(t, r)
		return taken && ok
	})
	fails(t, r.ask(used), messages.CodeReplayed) // the ledger outlives the server
	must[messages.StoreReply](t, r.submit(aStore))
	if n := list(t, r.ask, messages.ListRequest{Session: "s"}).Total; n != 2 {
		t.Errorf("%d items; want 2", n)
	}
	w.stop() // while there is a server to drain into
	if err := <-w.ended; err != nil {
		t.Error(err)
	}
}

func TestAWorkerRunsOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{})
	if err := w.Run(t.Context()); err == nil {
		t.Fatal("ran twice")
	}
}

func TestAWorkerNeedsItsStream(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.make(options{config: func(c *Config) { c.Jobs = "NONE" }})
	if err := w.Run(t.Context()); err == nil {
		t.Fatal("ran without a stream of jobs")
	}
}

func TestTheJobLaneFindsAConsumerThatWasMadeAnew(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{})
	must[messages.StoreReply](t, r.submit(aStore))
	r.renewConsumer(func(*jetstream.ConsumerConfig) {})
	must[messages.StoreReply](t, r.submit(aStore))
}
