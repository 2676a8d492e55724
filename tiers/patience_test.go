package tiers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// Whoever asks with deadlines that pass at once cannot have a tier left alone
// for others; callers that waited long enough can.
func TestCallersInAHurryDoNotOpenTheBreaker(t *testing.T) {
	t.Parallel()
	const attempt = 100 * time.Millisecond
	w := newWorld(t, func(c *Config) { c.Read.Attempt, c.Read.Deadline = attempt, attempt })
	w.swallow(w.short)
	read := func(patience time.Duration) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		if s, _ := w.Read(ctx, session("s"), messages.Owner{}, page.Freshness{}); s.Err == nil {
			t.Fatal("a tier that answers nothing was read")
		}
	}
	for range 4 * w.cfg.Breaker.Failures {
		read(attempt / 4)
	}
	if w.short.reads.open() {
		t.Fatal("callers in a hurry opened the breaker")
	}
	for range w.cfg.Breaker.Failures {
		read(5 * attempt)
	}
	if !w.short.reads.open() {
		t.Fatal("the breaker stayed closed though the tier never answered")
	}
}

// Two tiers that answer nothing cost no more time than one: what is in L1 is
// there before the caller's time ends.
func TestTwoSilentTiersAreLeftBehindTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("s"), "a", "1")
	w.store(user("u"), "f", "1")
	w.Read(t.Context(), session("s"), user("u"), page.Freshness{})
	w.swallow(w.short)
	w.swallow(w.long)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	s, u := w.Read(ctx, session("s"), user("u"), page.Freshness{})
	if ctx.Err() != nil {
		t.Error("the caller's time was used up")
	}
	for _, v := range []page.View{s, u} {
		if v.Page.Len() != 1 || !v.Stale || !errors.Is(v.Err, jet.ErrTimeout) && !errors.Is(v.Err, context.DeadlineExceeded) {
			t.Errorf("%q, stale %v, %v; want what was known, marked stale", texts(v.Page), v.Stale, v.Err)
		}
	}
}

// A request is waited for from when it was sent, not from when its turn comes,
// and an answer that is there by then is taken.
func TestARequestsTimeCountsFromWhenItWasSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("s"), "a", "1")
	taken := w.taken()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second) // half of an attempt
	defer cancel()
	for n := range 20 {
		answered := n < 19
		if !answered {
			w.swallow(w.short)
		}
		r := reading{tier: w.short, owner: session("s")}
		r.begin(ctx)
		if answered {
			taken()
		}
		r.due, r.end = time.Now(), r.end.Add(time.Minute)
		if r.first(ctx); r.settled != answered || ctx.Err() != nil {
			t.Errorf("answered %v: %v; the caller's time: %v", answered, r.err, ctx.Err())
		}
	}
}

// What comes after the first answer ends with the reading's time too.
func TestRepeatsEndWithTheTimeOfTheReading(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 3 {
		w.store(session("s"), "a", fmt.Sprint(i))
	}
	wildcard := ownerSubject(w.short.root, session("s"))
	first := w.multiLast(wildcard, 0)
	first.more = 1
	w.swallow(w.short)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second) // half of an attempt
	defer cancel()
	r := reading{tier: w.short, owner: session("s"), key: wildcard, end: time.Now()}
	if _, err := r.rest(ctx, first); !errors.Is(err, jet.ErrTimeout) {
		t.Errorf("the rest of an answer: %v", err)
	}
	if _, err := r.walk(ctx); !errors.Is(err, jet.ErrTimeout) {
		t.Errorf("a walk: %v", err)
	}
	load, _ := w.short.flying.join(wildcard) // somebody's, that does not end
	r = reading{tier: w.short, owner: session("s")}
	r.begin(ctx)
	r.end = time.Now()
	if r.first(ctx); r.joined != load || !callerLeft(r.err) {
		t.Errorf("who waits for another's load: %v", r.err)
	}
	again := reading{tier: w.short, owner: session("s"), key: wildcard, budget: time.Minute, end: time.Now(), err: jet.ErrLost}
	if again.insist(ctx); again.settled || !errors.Is(again.err, jet.ErrLost) || ctx.Err() != nil {
		t.Errorf("further attempts: %v; the caller's time: %v", again.err, ctx.Err())
	}
}

// taken gives a func that waits until the next answer to a direct get has been
// taken in: a reply that comes after it, and too late for anybody, is counted.
func (w *world) taken() func() {
	w.t.Helper()
	replies, err := w.nc.SubscribeSync(nats.InboxPrefix + ">")
	if err != nil {
		w.t.Fatal(err)
	}
	return func() {
		w.t.Helper()
		for end := ""; end == ""; {
			msg, err := replies.NextMsg(20 * time.Second)
			if err != nil {
				w.t.Fatal(err)
			}
			if end = msg.Header.Get("Status"); end == "" {
				continue
			}
			late := w.mux.Late()
			if err := w.nc.Publish(msg.Subject[:strings.LastIndexByte(msg.Subject, '.')]+".00000000ffffffff", nil); err != nil {
				w.t.Fatal(err)
			}
			await.That(w.t, "it is counted", func() bool { return w.mux.Late() > late })
		}
	}
}
