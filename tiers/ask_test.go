package tiers

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// What the tiers rely on of the server's batched direct get.

func (w *world) multiLast(wildcard string, from uint64) batch {
	w.t.Helper()
	b, err := w.short.ask(w.t.Context(), wildcard, from, 0, 10*time.Second)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

func TestBatchedGetTellsUpToWhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	wildcard := ownerSubject(w.short.root, session("s"))

	if b := w.multiLast(wildcard, 0); !b.none || b.upTo != 0 {
		t.Fatalf("empty bucket: %+v; want none, without a sequence", b)
	}
	other := w.store(session("other"), "x", "y")
	if b := w.multiLast(wildcard, 0); !b.none || b.upTo != 0 {
		t.Fatalf("empty owner: %+v; want none, without a sequence", b)
	}
	first := w.store(session("s"), "a", "1")
	if b := w.multiLast(wildcard, 0); len(b.segs) != 1 || b.segs[0].Seq != first || b.upTo != first || first <= other {
		t.Fatalf("one segment: %+v", b)
	}
	last := w.store(session("other"), "x", "z")
	if b := w.multiLast(wildcard, first+1); b.none || len(b.segs) != 0 || b.upTo != last {
		t.Fatalf("nothing newer: %+v; want an end at the stream's last sequence %d", b, last)
	}
	if err := w.short.stream.Purge(t.Context(), wildcard, first, w.cfg.Write.Attempt); err != nil {
		t.Fatal(err)
	}
	if b := w.multiLast(wildcard, first+1); !b.none {
		t.Fatalf("after the owner's purge: %+v; want none", b)
	}
	if b := w.multiLast(ownerSubject(w.short.root, session("other")), 0); len(b.segs) != 2 || b.upTo != last {
		t.Fatalf("the other owner: %+v", b)
	}
}

func TestBatchedGetGivesSegmentsInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var want []uint64
	for i := range 30 {
		want = append(want, w.store(session("s"), fmt.Sprint(i), "x"))
	}
	b := w.multiLast(ownerSubject(w.short.root, session("s")), want[10])
	if len(b.segs) != 20 {
		t.Fatalf("%d segments from the eleventh on", len(b.segs))
	}
	for i, s := range b.segs {
		if s.Seq != want[i+10] || s.Name != fmt.Sprintf("r-%d-x", i+10) {
			t.Fatalf("segment %d is %s at %d", i, s.Name, s.Seq)
		}
	}
}

func smallAnswers(c *Config) { c.Read.AnswerBytes = 100 << 10 }

// fat is an owner whose segments do not fit in one answer.
func (w *world) fat(n int) []page.Stored {
	w.t.Helper()
	text := strings.Repeat("x", 40<<10)
	for i := range n {
		w.add(session("s"), fmt.Sprint("r", i), puts(w.clock.now(), item(fmt.Sprint(i), text)))
	}
	b, err := w.short.loadAny(w.t.Context(), ownerSubject(w.short.root, session("s")))
	if err != nil || len(b.segs) != n {
		w.t.Fatalf("%d segments of %d, %v", len(b.segs), n, err)
	}
	return b.segs
}

func TestLoadsOfSeveralAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, smallAnswers)
	w.fat(7)
	first := w.multiLast(ownerSubject(w.short.root, session("s")), 0)
	if first.more == 0 {
		t.Fatal("280 KiB came in one answer: the test shows nothing")
	}
	if v, _ := w.see(session("s"), page.Freshness{}); v.Page.Len() != 7 {
		t.Fatalf("%d items", v.Page.Len())
	}
}

// If compaction moves segments between two answers, the load is not taken for complete.
func TestLoadsOfSeveralAnswersNoticeCompaction(t *testing.T) {
	t.Parallel()
	w := newWorld(t, smallAnswers)
	segs := w.fat(5)
	wildcard := ownerSubject(w.short.root, session("s"))
	first := w.multiLast(wildcard, 0)
	if first.more == 0 {
		t.Fatal("everything came in one answer: the test shows nothing")
	}
	last := segs[len(segs)-1]
	w.add(session("s"), "moved", last.Data)
	if err := w.short.stream.Purge(t.Context(), segmentSubject(wildcard, last.Name), last.Seq, w.cfg.Write.Attempt); err != nil {
		t.Fatal(err)
	}
	if _, err := w.short.rest(t.Context(), wildcard, first, 10*time.Second); !errors.Is(err, jet.ErrChanging) {
		t.Fatalf("error %v; want to be told that segments moved", err)
	}
}

// A segment that the server has and cannot load must not make its owner look empty.
func TestASegmentThatCannotBeLoadedIsNotAbsent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("s"), "a", "1")
	var failed atomic.Int64
	w.divert(w.short, func(m *nats.Msg, forward func([]byte)) {
		if failed.Add(1) > 2 {
			forward(m.Data)
		} else if err := m.RespondMsg(&nats.Msg{Header: nats.Header{"Status": {"404"}, "Description": {"Message Not Found"}}}); err != nil {
			t.Error(err)
		}
	})
	if v, got := w.see(session("s"), page.Freshness{}); got != "a=1" || v.Stale {
		t.Fatalf("got %q, stale %v", got, v.Stale)
	}
}

func TestCallsAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.MaxCalls = 2; c.Read.Deadline = 20 * time.Millisecond })
	w.swallow(w.short)
	silent := w.short.direct
	for range 2 {
		c, err := silent.Ask("k.>", 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Release()
	}
	v := w.view(session("s"), page.Freshness{})
	if !errors.Is(v.Err, jet.ErrBusy) {
		t.Fatalf("a third call: %v", v.Err)
	}
	if w.short.reads.open() {
		t.Fatal("a full worker opened the tier's breaker")
	}
}
