package tiers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/tiers/page"
)

// What the tiers rely on of the server's batched direct get.

func (w *world) multiLast(wildcard string, from uint64) batch {
	w.t.Helper()
	b, err := w.short.ask(w.t.Context(), wildcard, w.short.appendMultiLast(nil, wildcard, from, 0), 10*time.Second)
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
	if err := w.purgeUpTo(t.Context(), w.short.stream, wildcard, first); err != nil {
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
	if err := w.purgeUpTo(t.Context(), w.short.stream, segmentSubject(wildcard, last.Name), last.Seq); err != nil {
		t.Fatal(err)
	}
	if _, err := w.short.rest(t.Context(), wildcard, first, 10*time.Second); !errors.Is(err, errChanging) {
		t.Fatalf("error %v; want to be told that segments moved", err)
	}
}

func TestBatchesWithMissingRepliesAreRefused(t *testing.T) {
	t.Parallel()
	data := func(seq, before string) *nats.Msg {
		return &nats.Msg{Data: []byte("x"), Header: nats.Header{
			subjectHeader: {"$KV.b.t.o.n"}, sequenceHeader: {seq}, beforeHeader: {before}}}
	}
	end := func(last string) *nats.Msg {
		return &nats.Msg{Header: nats.Header{statusHeader: {statusEnd}, beforeHeader: {last}, upToHeader: {"9"}, pendingHeader: {"0"}}}
	}
	for name, replies := range map[string][]*nats.Msg{
		"the first is gone": {data("4", "3"), end("4")},
		"one inside":        {data("3", "0"), data("7", "5"), end("7")},
		"the last is gone":  {data("3", "0"), end("7")},
		"the only one":      {end("3")},
	} {
		if err := checkWhole(replies); !errors.Is(err, errLost) {
			t.Errorf("%s: %v", name, err)
		}
	}
	whole := []*nats.Msg{data("3", "0"), data("7", "3"), end("7")}
	b, err := parseBatch("$KV.b.t.o.>", whole)
	if err != nil || checkWhole(whole) != nil || len(b.segs) != 2 || b.upTo != 9 || b.segs[1].Name != "n" {
		t.Errorf("whole: %+v, %v", b, err)
	}
	if _, err := parseBatch("$KV.b.t.o.>", []*nats.Msg{data("many", "0"), end("0")}); err == nil {
		t.Error("a sequence that is no number was taken")
	}
	for _, wildcard := range []string{"$KV.b.t.other.>", "$KV.b.t.o.n.>", "$KV.b.t.o-.>", "$KV.c.t.o.>"} {
		if b, err := parseBatch(wildcard, whole); !errors.Is(err, errStray) || len(b.segs) > 0 || !passing(err) {
			t.Errorf("to who asked for %s: %+v, %v", wildcard, b, err)
		}
	}
}

func TestStatusesOfDirectGet(t *testing.T) {
	t.Parallel()
	reply := func(status string, text ...string) []*nats.Msg {
		return []*nats.Msg{{Header: nats.Header{statusHeader: {status}, descriptionHeader: append(text, "text")}}}
	}
	if b, err := parseBatch("$KV.b.t.o.>", reply("404", "No Results")); err != nil || !b.none {
		t.Errorf("404, none: %+v, %v", b, err)
	}
	for _, text := range []string{"Message Not Found", "Stream Offline", ""} {
		if b, err := parseBatch("$KV.b.t.o.>", reply("404", text)); !errors.Is(err, errChanging) || tierFailed(err) || b.none {
			t.Errorf("404 %q is taken for an owner that has nothing: %+v, %v", text, b, err)
		}
		if _, err := parseBatch("$KV.b.t.o.>", reply("404", text)); walkEnd(err) != (text == "Message Not Found") {
			t.Errorf("404 %q as the end of a walk: %v", text, err)
		}
	}
	if _, err := parseBatch("$KV.b.t.o.>", reply("413")); !errors.Is(err, errTooMany) {
		t.Errorf("413: %v", err)
	}
	if _, err := parseBatch("$KV.b.t.o.>", reply("503")); !errors.Is(err, nats.ErrNoResponders) {
		t.Errorf("503: %v", err)
	}
	var status *statusError
	if _, err := parseBatch("$KV.b.t.o.>", reply("408")); !errors.As(err, &status) || !tierFailed(err) {
		t.Errorf("408: %v", err)
	}
}

func TestLateRepliesAreDropped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := w.mux
	for _, silent := range []string{"silent.one", "silent.two"} {
		if _, err := w.nc.SubscribeSync(silent); err != nil {
			t.Fatal(err)
		}
	}
	ctx, leave := context.WithCancel(t.Context())
	leave()
	c, err := m.send("silent.one", nil, true)
	if err != nil {
		t.Fatal(err)
	}
	late := m.reply(c)
	if _, err := c.wait(ctx, time.Minute); !errors.Is(err, context.Canceled) {
		t.Fatalf("a caller that left got %v", err)
	}
	m.release(c)

	// The same slot, used anew, does not get the earlier request's reply.
	again, err := m.send("silent.two", nil, true)
	if err != nil {
		t.Fatal(err)
	}
	defer m.release(again)
	if again.slot != c.slot {
		t.Fatal("the slot was not reused: the test shows nothing")
	}
	if err := w.nc.Publish(late, []byte("late")); err != nil {
		t.Fatal(err)
	}
	if err := w.nc.Publish(m.reply(again), []byte("mine")); err != nil {
		t.Fatal(err)
	}
	got, err := again.wait(t.Context(), 10*time.Second)
	if err != nil || len(got) != 1 || string(got[0].Data) != "mine" {
		t.Fatalf("%v, %v", got, err)
	}
	eventually(t, "the late reply is counted", func() bool { return m.late.Load() > 0 })
}

func TestCallsAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.MaxCalls = 2; c.Read.Deadline = 20 * time.Millisecond })
	for range 2 {
		c, err := w.mux.take()
		if err != nil {
			t.Fatal(err)
		}
		defer w.mux.release(c)
	}
	v := w.view(session("s"), page.Freshness{})
	if !errors.Is(v.Err, errBusy) {
		t.Fatalf("a third call: %v", v.Err)
	}
	if w.short.reads.open() {
		t.Fatal("a full worker opened the tier's breaker")
	}
}

func TestForeignRepliesAreIgnored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, token := range []string{"x", "zzzzzzzzzzzzzzzz", "ffffffff00000000", "0000ffff00000001", strings.Repeat("0", 40)} {
		if err := w.nc.Publish(w.mux.prefix+token, []byte("junk")); err != nil {
			t.Fatal(err)
		}
	}
	w.store(session("s"), "a", "1")
	if _, got := w.see(session("s"), page.Freshness{}); got != "a=1" {
		t.Fatalf("after junk: %q", got)
	}
}

// A segment that the server has and cannot load must not make its owner look empty.
func TestASegmentThatCannotBeLoadedIsNotAbsent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("s"), "a", "1")
	direct := w.short.direct
	w.short.direct = "failing"
	var failed atomic.Int64
	if _, err := w.nc.Subscribe("failing", func(m *nats.Msg) {
		reply := &nats.Msg{Subject: m.Reply, Header: nats.Header{statusHeader: {statusNone}, descriptionHeader: {notFound}}}
		if failed.Add(1) > 2 {
			reply = &nats.Msg{Subject: direct, Reply: m.Reply, Data: m.Data}
		}
		if err := w.nc.PublishMsg(reply); err != nil {
			t.Error(err)
		}
	}); err != nil {
		t.Fatal(err)
	}
	if v, got := w.see(session("s"), page.Freshness{}); got != "a=1" || v.Stale {
		t.Fatalf("got %q, stale %v", got, v.Stale)
	}
}
