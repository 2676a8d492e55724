package tiers

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

func TestAppendTwiceIsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	data := puts(w.clock.now(), item("a", "1"))
	first := w.add(session("s"), "req", data)
	w.store(session("s"), "b", "2")
	if again := w.add(session("s"), "req", data); again != first {
		t.Fatalf("the same segment again has sequence %d, not %d", again, first)
	}
	if n := w.segments(session("s")); n != 2 {
		t.Fatalf("%d segments", n)
	}
}

func TestAppendAfterCompactionIsStillOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	data := puts(w.clock.now(), item("a", "1"))
	first := w.add(session("s"), "req", data)
	w.add(session("s"), "del", deletes(w.clock.now(), "a"))
	w.fill(session("s"), 12)
	if done, err := w.Compact(t.Context(), session("s")); err != nil || !done {
		t.Fatalf("compact: %v, %v", done, err)
	}
	seq, done, err := w.Applied(t.Context(), session("s"), "req", 0)
	if err != nil || !done || seq != first {
		t.Fatalf("applied: %d, %v, %v; want %d", seq, done, err, first)
	}
}

// fill appends segments of one item each.
func (w *world) fill(o messages.Owner, n int) {
	w.t.Helper()
	for i := range n {
		w.store(o, fmt.Sprintf("f%03d", i), "x")
	}
}

func TestAppliedFindsSegmentsAndNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seq := w.add(user("u"), "req.1", puts(w.clock.now(), item("a", "1")))
	got, done, err := w.Applied(t.Context(), user("u"), "req.1", 0)
	if err != nil || !done || got != seq {
		t.Fatalf("applied: %d, %v, %v", got, done, err)
	}
	if _, done, err := w.Applied(t.Context(), user("u"), "other", 0); err != nil || done {
		t.Fatalf("a request that never came is applied: %v, %v", done, err)
	}
}

func TestAppendRefusesAnotherSegmentOfTheName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add(session("s"), "req", puts(w.clock.now(), item("a", "1")))
	_, err := w.Append(t.Context(), session("s"), "req", puts(w.clock.now(), item("a", "2")), page.Condition{})
	if !messages.HasCode(err, messages.CodeConflict) {
		t.Fatalf("error %v; want a conflict", err)
	}
}

func TestAppendUnchanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := w.clock.now()
	unchanged := func(name string, last uint64) (uint64, error) {
		return w.Append(t.Context(), session("s"), name, puts(at, item("a", name)), page.Condition{Unchanged: true, LastSegment: last})
	}
	first, err := unchanged("one", 0)
	if err != nil {
		t.Fatalf("the first segment of an owner: %v", err)
	}
	if _, err := unchanged("two", 0); !messages.HasCode(err, messages.CodeConflict) {
		t.Fatalf("a second first segment: %v", err)
	}
	w.store(session("other"), "x", "y") // another owner's writes do not matter
	second, err := unchanged("three", first)
	if err != nil {
		t.Fatalf("with the right sequence: %v", err)
	}
	if again, err := unchanged("three", first); err != nil || again != second {
		t.Fatalf("repeated: %d, %v; want %d", again, err, second)
	}
}

// The server looks at what remains: when the newest segment is gone, the one
// before it counts, and none at all counts as 0. A page that remembers the
// sequence of a segment that is gone must therefore be read anew.
func TestAppendUnchangedAfterTheNewestSegmentIsGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	wildcard := ownerSubject(w.short.root, session("s"))
	first := w.add(session("s"), "one", puts(w.clock.now(), item("a", "1")))
	second := w.add(session("s"), "two", puts(w.clock.now(), item("a", "2")))
	if err := w.short.stream.Purge(t.Context(), segmentSubject(wildcard, "two"), second, w.cfg.Write.Attempt); err != nil {
		t.Fatal(err)
	}
	try := func(name string, last uint64) error {
		_, err := w.Append(t.Context(), session("s"), name, puts(w.clock.now(), item("a", name)), page.Condition{Unchanged: true, LastSegment: last})
		return err
	}
	if err := try("x", second); !messages.HasCode(err, messages.CodeConflict) {
		t.Fatalf("with the purged segment's sequence: %v", err)
	}
	if err := try("y", first); err != nil {
		t.Fatalf("with the remaining one's: %v", err)
	}
	if err := w.short.stream.Purge(t.Context(), wildcard, second+10, w.cfg.Write.Attempt); err != nil {
		t.Fatal(err)
	}
	if err := try("z", 0); err != nil {
		t.Fatalf("with nothing left: %v", err)
	}
}

func TestCompareAndSetCountsEveryIncrement(t *testing.T) {
	t.Parallel()
	one := newWorld(t)
	two := onServer(t, one.server, one.clock)
	const writers, each = 4, 10
	var all sync.WaitGroup
	var conflicts atomic.Int64
	for n := range writers {
		w := []*world{one, two}[n%2]
		all.Go(func() {
			for i := range each {
				for !increment(t, w, fmt.Sprintf("w%d-%d", n, i), &conflicts) {
				}
			}
		})
	}
	all.Wait()
	if _, got := one.see(session("s"), page.Freshness{}); got != fmt.Sprintf("counter=%d", writers*each) {
		t.Fatalf("%s after %d increments (%d conflicts)", got, writers*each, conflicts.Load())
	}
}

// increment reads a counter and writes it one higher, if nobody else did meanwhile.
func increment(t *testing.T, w *world, name string, conflicts *atomic.Int64) bool {
	v := w.view(session("s"), page.Freshness{Reload: true})
	n := 0
	if i, ok := v.Page.Find("counter"); ok {
		if _, err := fmt.Sscan(v.Page.Text(i), &n); err != nil {
			t.Error(err)
			return true
		}
	}
	attempt := fmt.Sprintf("%s-%d-%d", name, v.Revision, conflicts.Load())
	_, err := w.Append(t.Context(), session("s"), attempt, puts(w.clock.now(), item("counter", fmt.Sprint(n+1))),
		page.Condition{Unchanged: true, LastSegment: v.Page.LastSegment()})
	if messages.HasCode(err, messages.CodeConflict) {
		conflicts.Add(1)
		return false
	}
	if err != nil {
		t.Error(err)
	}
	return true
}

func TestAppendRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	data := puts(w.clock.now(), item("a", "1"))
	if _, err := w.Append(t.Context(), messages.Owner{}, "r", data, page.Condition{}); !messages.HasCode(err, messages.CodeBadRequest) {
		t.Errorf("no owner: %v", err)
	}
	if _, err := w.Append(t.Context(), session("s"), "", data, page.Condition{}); !messages.HasCode(err, messages.CodeBadRequest) {
		t.Errorf("no name: %v", err)
	}
	huge := make([]byte, w.nc.MaxPayload()+1)
	if _, err := w.Append(t.Context(), session("s"), "r", huge, page.Condition{}); !messages.HasCode(err, messages.CodeTooLarge) {
		t.Errorf("more than max_payload: %v", err)
	}
}

func TestAppendEndsWithItsCaller(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deleteStream(w.short.stream.Name)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := w.Append(ctx, session("s"), "r", puts(w.clock.now(), item("a", "1")), page.Condition{})
	if !messages.HasCode(err, messages.CodeUnavailable) && !messages.HasCode(err, messages.CodeDeadline) {
		t.Fatalf("error %v", err)
	}
}

// An append whose acknowledgement is lost is repeated under its name and
// found to be there.
func TestAppendSurvivesLostAcknowledgements(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Write.Attempt = 50 * time.Millisecond })
	data := puts(w.clock.now(), item("a", "1"))
	wildcard := ownerSubject(w.short.root, session("s"))
	// Stored by an attempt that nobody heard of.
	ack, err := w.js.Publish(t.Context(), segmentSubject(wildcard, "req"), data)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []page.Condition{{}, {Unchanged: true, LastSegment: 0}} {
		seq, err := w.Append(t.Context(), session("s"), "req", data, c)
		if err != nil || seq != ack.Sequence {
			t.Fatalf("condition %+v: %d, %v; want %d", c, seq, err, ack.Sequence)
		}
	}
}

func (w *world) deleteStream(name string) {
	w.t.Helper()
	if err := w.js.DeleteStream(w.t.Context(), name); err != nil {
		w.t.Fatal(err)
	}
}

func TestConditionalAppendThatWasCompactedAwayIsFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	data := puts(w.clock.now(), item("a", "1"))
	first := w.add(session("s"), "req", data)
	w.fill(session("s"), 12)
	if _, err := w.Compact(t.Context(), session("s")); err != nil {
		t.Fatal(err)
	}
	a := appending{
		tier: w.short, wildcard: ownerSubject(w.short.root, session("s")), name: "req", data: data,
		cond: page.Condition{Unchanged: true}, unclear: true, // as after a publish that was not acknowledged
	}
	if seq, err := a.try(t.Context()); err != nil || seq != first {
		t.Fatalf("found at %d, %v; want %d", seq, err, first)
	}
}

func TestErrorsOfAClosedConnectionAreCoded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Write.Deadline, c.Read.Deadline = 500*time.Millisecond, 500*time.Millisecond })
	w.nc.Close()
	_, err := w.Append(t.Context(), session("s"), "r", puts(w.clock.now(), item("a", "1")), page.Condition{})
	if !messages.HasCode(err, messages.CodeUnavailable) || !errors.Is(err, nats.ErrConnectionClosed) {
		t.Errorf("append: %v", err)
	}
	if v := w.view(session("s"), page.Freshness{}); !messages.HasCode(v.Err, messages.CodeUnavailable) {
		t.Errorf("read: %v", v.Err)
	}
	if _, err := w.Take(t.Context(), "k", "id", AskDelivery, time.Hour); !messages.HasCode(err, messages.CodeUnavailable) {
		t.Errorf("take: %v", err)
	}
	if h := w.Health(t.Context()); h["nats"] == nil || h["l2"] == nil || h["l1"] != nil {
		t.Errorf("health: %v", h)
	}
}
