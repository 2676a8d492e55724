package tiers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/sony/gobreaker/v2"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

// impatient gives up on a tier soon.
func impatient(c *Config) {
	c.Read.Attempt, c.Read.Deadline = 60*time.Millisecond, 150*time.Millisecond
	c.Breaker.Failures, c.Breaker.Open = 3, 200*time.Millisecond
}

func TestATierThatIsGoneIsNamedAndTheOtherServes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Read.Deadline = 100 * time.Millisecond })
	w.store(session("s"), "a", "1")
	w.store(user("u"), "f", "1")
	w.Read(t.Context(), session("s"), user("u"), page.Freshness{})
	w.deleteStream(w.short.stream.Name)
	w.clock.advance(time.Minute)

	s, u := w.Read(t.Context(), session("s"), user("u"), page.Freshness{})
	if u.Err != nil || u.Stale || texts(u.Page) != "f=1" {
		t.Fatalf("the tier that works: %q, stale %v, %v", texts(u.Page), u.Stale, u.Err)
	}
	if !messages.HasCode(s.Err, messages.CodeUnavailable) || !s.Stale || s.Age != time.Minute || texts(s.Page) != "a=1" {
		t.Fatalf("the tier that is gone: %q, stale %v, age %v, %v", texts(s.Page), s.Stale, s.Age, s.Err)
	}
	unknown, _ := w.Read(t.Context(), session("never-read"), messages.Owner{}, page.Freshness{})
	if !messages.HasCode(unknown.Err, messages.CodeUnavailable) || unknown.Page.Len() != 0 {
		t.Fatalf("without a page: %+v", unknown)
	}
}

// Even a page past its life is better than none while its tier is away.
func TestOldPagesAreShownInAnOutage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Read.Deadline = 100 * time.Millisecond })
	w.store(session("s"), "a", "1")
	w.see(session("s"), page.Freshness{})
	w.deleteStream(w.short.stream.Name)
	w.clock.advance(w.cfg.L1.PageLife * 2)
	v := w.view(session("s"), page.Freshness{})
	if v.Err == nil || !v.Stale || texts(v.Page) != "a=1" || v.Age != w.cfg.L1.PageLife*2 {
		t.Fatalf("%q, stale %v, age %v, %v", texts(v.Page), v.Stale, v.Age, v.Err)
	}
}

func TestBreakerOpensAndOneProbeClosesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, impatient)
	w.store(session("s"), "a", "1")
	w.see(session("s"), page.Freshness{})
	w.deleteStream(w.short.stream.Name)
	await.That(t, "the breaker opens", func() bool {
		w.view(session("s"), page.Freshness{})
		return w.short.reads.open()
	})
	v := w.view(session("s"), page.Freshness{})
	if !errors.Is(v.Err, errOpen) || !v.Stale || texts(v.Page) != "a=1" {
		t.Fatalf("while open: %q, stale %v, %v", texts(v.Page), v.Stale, v.Err)
	}
	if w.long.reads.open() {
		t.Fatal("the other tier's breaker opened too")
	}
	if err := w.streams.Ensure(t.Context()); err != nil {
		t.Fatal(err)
	}
	await.That(t, "the breaker closes", func() bool {
		return w.view(session("s"), page.Freshness{}).Err == nil
	})
	if state := w.short.reads.inner.State(); state != gobreaker.StateClosed {
		t.Fatalf("the breaker is %v", state)
	}
}

func TestCallersThatLeaveDoNotOpenTheBreaker(t *testing.T) {
	t.Parallel()
	w := newWorld(t, impatient)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for range 20 {
		s, _ := w.Read(gone, session("s"), messages.Owner{}, page.Freshness{})
		if s.Err != nil && !messages.HasCode(s.Err, messages.CodeDeadline) {
			t.Fatalf("a caller that left got %v", s.Err)
		}
	}
	if w.short.reads.open() {
		t.Fatal("cancellations opened the breaker")
	}
	await.That(t, "others read", func() bool { return w.view(session("s"), page.Freshness{}).Err == nil })
}

func TestConflictsAndAbsenceDoNotOpenTheBreaker(t *testing.T) {
	t.Parallel()
	w := newWorld(t, impatient)
	for range 20 {
		w.see(session("nobody"), page.Freshness{})
		_, err := w.Append(t.Context(), session("s"), "r", puts(w.clock.now(), item("a", "1")), page.Condition{Unchanged: true, LastSegment: 999})
		if !messages.HasCode(err, messages.CodeConflict) {
			t.Fatal(err)
		}
	}
	if w.short.reads.open() || w.short.writes.open() {
		t.Fatal("answers opened a breaker")
	}
}

// A tier that swallows requests is waited for no longer than its deadline.
func TestASlowTierIsLeftBehind(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Read.Deadline = 100 * time.Millisecond })
	w.store(user("u"), "f", "1")
	w.swallow(w.short)
	s, u := w.Read(t.Context(), session("s"), user("u"), page.Freshness{})
	if !messages.HasCode(s.Err, messages.CodeUnavailable) || !errors.Is(s.Err, jet.ErrTimeout) {
		t.Fatalf("the slow tier: %v", s.Err)
	}
	if u.Err != nil && !errors.Is(u.Err, jet.ErrTimeout) {
		t.Fatalf("the other: %v", u.Err)
	}
}

// A slow tier must not use up all the time that the caller has.
func TestATierLeavesItsCallerTimeToAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if got := w.short.budget(ctx); got > 750*time.Millisecond {
		t.Errorf("of one second the tier may take %v", got)
	}
	if got := w.short.budget(t.Context()); got != w.cfg.Read.Deadline {
		t.Errorf("without a deadline the tier may take %v, not its own %v", got, w.cfg.Read.Deadline)
	}
}

// swallow makes requests to a tier go to a subscriber that never answers.
func (w *world) swallow(x *tier) {
	w.t.Helper()
	w.divert(x, func(*nats.Msg, func([]byte)) {})
}

func TestALostReplyIsAskedForAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Read.Attempt = 50 * time.Millisecond })
	w.store(session("s"), "a", "1")
	var dropped atomic.Int64
	w.divert(w.short, func(m *nats.Msg, forward func([]byte)) {
		if dropped.Add(1) > 2 {
			forward(m.Data)
		}
	})
	if v, got := w.see(session("s"), page.Freshness{}); got != "a=1" || v.Stale {
		t.Fatalf("got %q, stale %v", got, v.Stale)
	}
	if dropped.Load() < 3 {
		t.Fatal("nothing was dropped: the test shows nothing")
	}
}

func TestWorkersSurviveARestartOfTheServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, err := natsd.Start(natsd.Options{StoreDir: dir, SyncAlways: true})
	if err != nil {
		t.Fatal(err)
	}
	w := onServer(t, first, newClock(), func(c *Config) {
		c.Read.Attempt, c.Write.Attempt, c.Breaker.Open = 200*time.Millisecond, 500*time.Millisecond, 100*time.Millisecond
	})
	w.store(session("s"), "a", "1")
	w.see(session("s"), page.Freshness{})
	port := portOf(t, first)
	first.Shutdown()

	if v := w.view(session("s"), page.Freshness{}); v.Err == nil || !v.Stale || texts(v.Page) != "a=1" {
		t.Fatalf("while the server is down: %q, stale %v, %v", texts(v.Page), v.Stale, v.Err)
	}
	natstest.Start(t, func(o *natsd.Options) { o.StoreDir, o.Port = dir, port })
	await.That(t, "reads are fresh again", func() bool {
		v := w.view(session("s"), page.Freshness{})
		return v.Err == nil && !v.Stale && texts(v.Page) == "a=1"
	})
	await.That(t, "writes work again", func() bool {
		_, err := w.Append(t.Context(), session("s"), "after", puts(w.clock.now(), item("b", "2")), page.Condition{})
		return err == nil
	})
}

func TestAFullBucketRefusesWithACode(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Streams.ShortMaxBytes = 64 << 10 })
	big := puts(w.clock.now(), item("a", string(make([]byte, 40<<10))))
	var err error
	for i := range 3 {
		if _, err = w.Append(t.Context(), session("s"), string(rune('a'+i)), big, page.Condition{}); err != nil {
			break
		}
	}
	if !messages.HasCode(err, messages.CodeUnavailable) || jet.CodeOf(err) != 10077 {
		t.Fatalf("error %v; want unavailable because it is full", err)
	}
	// Nothing acknowledged was dropped to make room.
	if v, _ := w.see(session("s"), page.Freshness{Reload: true}); v.Page.Len() != 1 {
		t.Fatalf("%d items", v.Page.Len())
	}
}

// So does an account that may store no more, whose server says so in other words.
func TestAFullAccountRefusesWithACode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := w.server.Inner().GlobalAccount()
	if err := account.UpdateJetStreamLimits(map[string]server.JetStreamAccountLimits{"": {MaxStore: 64 << 10, MaxStreams: -1, MaxConsumers: -1}}); err != nil {
		t.Fatal(err)
	}
	big := puts(w.clock.now(), item("a", string(make([]byte, 40<<10))))
	var err error
	for i := 0; i < 3 && err == nil; i++ {
		_, err = w.Append(t.Context(), session("s"), string(rune('a'+i)), big, page.Condition{})
	}
	if !messages.HasCode(err, messages.CodeUnavailable) || !strings.Contains(err.Error(), "cannot store more") {
		t.Errorf("error %v; want unavailable because it is full", err)
	}
	if w.short.writes.open() {
		t.Error("that it is full opened the breaker")
	}
}

// A merge is written before what it is made of is removed, so one that is larger than
// what a full bucket keeps for that fails, and nothing is lost. With more room it goes on.
func TestAFullBucketIsCompactedOnceItHasRoom(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Streams.ShortMaxBytes = 64 << 10 })
	text := strings.Repeat("x", 100)
	stored, err := 0, error(nil)
	for ; err == nil; stored++ {
		id := fmt.Sprint("i", stored)
		_, err = w.Append(t.Context(), session("s"), id, puts(w.clock.now(), item(id, text)), page.Condition{})
	}
	stored-- // the last was refused
	before := w.segments(session("s"))
	if done, err := w.Compact(t.Context(), session("s")); err == nil || before != stored {
		t.Fatalf("%d segments of %d that were stored; compacted %v, %v", before, stored, done, err)
	}
	if n := w.segments(session("s")); n != before {
		t.Errorf("%d segments are left of %d", n, before)
	}
	w.updateStream(w.short, func(c *jetstream.StreamConfig) { c.MaxBytes *= 2 })
	if done, err := w.Compact(t.Context(), session("s")); !done || err != nil {
		t.Errorf("with more room: compacted %v, %v", done, err)
	}
	w.shrinks(session("s"), w.cfg.Compact.Segments)
	if v, _ := w.see(session("s"), page.Freshness{Reload: true}); v.Page.Len() != stored {
		t.Errorf("%d items of %d", v.Page.Len(), stored)
	}
}
