package tiers

import (
	"fmt"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/page"
)

// reflect has JetStream write its acknowledgement of a job to a subject, as
// anybody can who may publish jobs in the account of the buckets.
func (w *world) reflect(o string) {
	w.t.Helper()
	before := w.streamSeq("CTX_JOBS")
	m := &nats.Msg{Subject: "ctx.v1.job.acme.store", Reply: o, Data: []byte("{}")}
	if err := w.nc.PublishMsg(m); err != nil {
		w.t.Fatal(err)
	}
	await.That(w.t, "the job to be acknowledged", func() bool { return w.streamSeq("CTX_JOBS") > before })
}

func (w *world) streamSeq(name string) uint64 {
	w.t.Helper()
	s, err := w.js.Stream(w.t.Context(), name)
	if err != nil {
		w.t.Fatal(err)
	}
	return s.CachedInfo().State.LastSeq
}

func TestAReflectedAcknowledgementDoesNotMakeASessionUnreadable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := session("s")
	w.store(o, "first", "one")
	before := w.streamSeq("KV_ctx_short")
	w.reflect("$KV.ctx_short.acme.s.planted")
	await.That(t, "the acknowledgement to be stored", func() bool { return w.streamSeq("KV_ctx_short") > before })

	other := onServer(t, w.server, w.clock) // has no page yet
	for _, reader := range []*world{w, other} {
		if _, got := reader.see(o, page.Freshness{}); got != "first=one" {
			t.Errorf("the session reads as %q; want what was stored", got)
		}
	}
	if testutil.ToFloat64(w.met.foreign) == 0 {
		t.Error("nothing was counted")
	}
	w.store(o, "second", "two")
	if _, err := w.Compact(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if _, got := other.see(o, page.Freshness{Reload: true}); got != "first=one second=two" {
		t.Errorf("after a compaction the session reads as %q", got)
	}
}

func TestAReflectedAcknowledgementReplacesNoSegment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := session("s")
	seq := w.store(o, "first", "one")
	w.reflect("$KV.ctx_short.acme.s.r-first-one")
	w.store(o, "second", "two") // behind what was reflected, on the same server
	v, got := w.see(o, page.Freshness{Reload: true})
	if got != "first=one second=two" || v.Revision < seq {
		t.Errorf("the session reads as %q", got)
	}
}

func TestANameThatWasTakenByNoSegmentIsCleared(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := session("s")
	before := w.streamSeq("KV_ctx_short")
	w.reflect("$KV.ctx_short.acme.s.r-request-one")
	await.That(t, "the acknowledgement to be stored", func() bool { return w.streamSeq("KV_ctx_short") > before })
	if _, done, err := w.Applied(t.Context(), o, "r-request-one", 0); done || err != nil {
		t.Fatalf("a reflected acknowledgement counts as the request's effect: %v, %v", done, err)
	}
	w.store(o, "request", "one")
	if _, got := w.see(o, page.Freshness{}); got != "request=one" {
		t.Errorf("the session reads as %q", got)
	}
}

// What counts for nothing is gone before the log is merged, whatever becomes of
// a message on its way: each removal is answered.
func TestWhatCountsForNothingIsSurelyRemovedBeforeAMerge(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Compact.Disabled = true })
	const planted = 4
	for i := range planted {
		before := w.streamSeq("KV_ctx_short")
		w.reflect(fmt.Sprintf("$KV.ctx_short.acme.s.planted%d", i))
		await.That(t, "the acknowledgement to be stored", func() bool { return w.streamSeq("KV_ctx_short") > before })
	}
	w.store(session("s"), "first", "one")
	said := w.listen("$JS.API.STREAM.MSG.DELETE.>")
	if _, err := w.short.loadSound(t.Context(), ownerSubject(w.short.root, session("s"))); err != nil {
		t.Fatal(err)
	}
	for _, m := range said(planted) {
		if m.Reply == "" {
			t.Errorf("no answer is asked for to %s", m.Data)
		}
	}
	if n := w.segments(session("s")); n != 1 {
		t.Errorf("%d segments", n)
	}
}
