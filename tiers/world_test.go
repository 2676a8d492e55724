package tiers

import (
	"context"
	"fmt"
	"math"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/internal/transcript"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/l1"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

func TestMain(m *testing.M) {
	if os.Getenv(collectorURL) != "" {
		collectorMain()
	}
	goleak.VerifyTestMain(m, natstest.Lasting()...)
}

// manualClock is a clock that a test moves.
type manualClock struct{ ms atomic.Int64 }

func newClock() *manualClock {
	c := &manualClock{}
	c.ms.Store(time.Now().UnixMilli())
	return c
}

func (c *manualClock) now() time.Time          { return time.UnixMilli(c.ms.Load()) }
func (c *manualClock) advance(d time.Duration) { c.ms.Add(d.Milliseconds()) }

// Servers' clocks may be a test's as well, whatever they say themselves.
func (c *manualClock) hear(time.Time, time.Time) {}
func (c *manualClock) at(time.Time) time.Time    { return c.now() }

// A world is a server and the tiers of one worker on it.
type world struct {
	*Tiers
	t      testing.TB
	server *natsd.Server
	nc     *nats.Conn
	clock  *manualClock
	reg    *prometheus.Registry
}

// newWorld starts a server and opens tiers on it.
func newWorld(t testing.TB, change ...func(*Config)) *world {
	t.Helper()
	return onServer(t, natstest.Start(t), newClock(), change...)
}

// onServer opens the tiers of another worker on a running server.
func onServer(t testing.TB, s *natsd.Server, clock *manualClock, change ...func(*Config)) *world {
	t.Helper()
	return onConn(t, s, natstest.Connect(t, s, nats.MaxReconnects(-1), nats.ReconnectWait(5*time.Millisecond)), clock, change...)
}

func onConn(t testing.TB, s *natsd.Server, nc *nats.Conn, clock *manualClock, change ...func(*Config)) *world {
	t.Helper()
	w := &world{t: t, server: s, nc: nc, clock: clock, reg: prometheus.NewRegistry()}
	// Tests share a busy machine: only those about time have short deadlines.
	cfg := Config{Worker: t.Name(), L1: l1.Config{MaxBytes: 8 << 20}}
	cfg.Read.Attempt, cfg.Read.Deadline = 10*time.Second, 20*time.Second
	cfg.Write.Attempt = 10 * time.Second
	for _, c := range change {
		c(&cfg)
	}
	logged := &transcript.Text{}
	log := zerolog.New(logged).With().Timestamp().Logger()
	opened, err := Open(t.Context(), nc, cfg, Deps{Log: log, Registerer: w.reg, Clock: clock.now})
	if err != nil {
		t.Fatal(err)
	}
	w.Tiers = opened
	w.servers = clock
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := opened.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
		if t.Failed() {
			t.Logf("log of %s:\n%s", cfg.Worker, logged)
		}
	})
	return w
}

// background runs Run until the test ends.
func (w *world) background() {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	w.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			w.t.Errorf("run: %v", err)
		}
	})
}

func session(id string) messages.Owner {
	return messages.Owner{Kind: messages.SessionOwner, Tenant: "acme", ID: id}
}

func user(id string) messages.Owner {
	return messages.Owner{Kind: messages.UserOwner, Tenant: "acme", ID: id}
}

// item is an item of which only id and text matter.
func item(id, text string) page.Item {
	return page.Item{ID: id, Level: page.Immediate, Role: page.User, Text: text, Time: 1, Importance: -1, LineTokens: 3, TextTokens: 2}
}

// puts is a segment that stores items.
func puts(at time.Time, items ...page.Item) []byte {
	s := page.Segment{At: at.UnixMilli()}
	for _, it := range items {
		s.Entries = append(s.Entries, page.Entry{Kind: page.Put, At: s.At, Item: it})
	}
	return page.AppendSegment(nil, s)
}

// merged is the one segment that others make.
func merged(t interface{ Fatal(...any) }, opt page.MergeOptions, segs ...page.Stored) []byte {
	parts, err := page.MergeParts(segs, opt, math.MaxInt)
	if err != nil {
		t.Fatal(err)
	}
	return parts[0]
}

// deletes is a segment that buries items.
func deletes(at time.Time, ids ...string) []byte {
	s := page.Segment{At: at.UnixMilli()}
	for _, id := range ids {
		s.Entries = append(s.Entries, page.Entry{Kind: page.Tombstone, At: s.At, ID: id})
	}
	return page.AppendSegment(nil, s)
}

// add appends a segment and fails the test if that fails.
func (w *world) add(o messages.Owner, name string, segment []byte) uint64 {
	w.t.Helper()
	seq, err := w.Append(w.t.Context(), o, name, segment, page.Condition{})
	if err != nil {
		w.t.Fatalf("append %s: %v", name, err)
	}
	return seq
}

// store appends one item of the name's.
func (w *world) store(o messages.Owner, name, text string) uint64 {
	w.t.Helper()
	return w.add(o, "r-"+name+"-"+text, puts(w.clock.now(), item(name, text)))
}

// see reads an owner and gives its items as "id=text" in order of id.
func (w *world) see(o messages.Owner, f page.Freshness) (page.View, string) {
	w.t.Helper()
	v := w.view(o, f)
	if v.Err != nil {
		w.t.Fatalf("read: %v", v.Err)
	}
	return v, texts(v.Page)
}

func (w *world) view(o messages.Owner, f page.Freshness) page.View {
	w.t.Helper()
	if o.Kind == messages.SessionOwner {
		v, _ := w.Read(w.t.Context(), o, messages.Owner{}, f)
		return v
	}
	_, v := w.Read(w.t.Context(), messages.Owner{}, o, f)
	return v
}

// texts gives a page's items as "id=text", in the page's order.
func texts(p page.Page) string {
	var b strings.Builder
	for i := range p.Len() {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%s=%s", p.ID(i), p.Text(i))
	}
	return b.String()
}

// segments counts an owner's segments in the stream, as its leader has it.
func (w *world) segments(o messages.Owner) int {
	w.t.Helper()
	x, err := w.tierOf(o)
	if err != nil {
		w.t.Fatal(err)
	}
	b, err := x.loadNewest(w.t.Context(), ownerSubject(x.root, o))
	if err != nil {
		w.t.Fatal(err)
	}
	return len(b.segs)
}

// shrinks waits until an owner's log has so many segments at most: what removes
// several has the answer to the last alone.
func (w *world) shrinks(o messages.Owner, most int) {
	w.t.Helper()
	await.That(w.t, "the log is short", func() bool { return w.segments(o) <= most })
}

// portOf is the port a server listens on.
func portOf(t testing.TB, s *natsd.Server) int {
	t.Helper()
	addr, ok := s.Addr().(*net.TCPAddr)
	if !ok {
		t.Fatalf("address %v", s.Addr())
	}
	return addr.Port
}

// directOn gives direct gets of a tier that are asked on a subject of the test's.
func (w *world) directOn(x *tier, subject string) *jet.Direct {
	return jet.NewDirect(w.mux, subject, w.cfg.Read.AnswerBytes, w.met.together)
}

// divert has what is asked of a tier's stream come by the test, which may
// forward it, or something else in its place. It gives the subject.
func (w *world) divert(x *tier, come func(m *nats.Msg, forward func(body []byte))) (subject string) {
	w.t.Helper()
	subject = w.nc.NewInbox()
	_, err := w.nc.Subscribe(subject, func(m *nats.Msg) {
		come(m, func(body []byte) {
			if err := w.nc.PublishRequest(jet.DirectGet+x.stream.Name, m.Reply, body); err != nil {
				w.t.Error(err)
			}
		})
	})
	if err != nil {
		w.t.Fatal(err)
	}
	x.direct = w.directOn(x, subject)
	return subject
}
