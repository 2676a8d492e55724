package tiers

import (
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/tiers/page"
)

// A tier that answers is not left alone for what one owner has: neither when
// the first of several answers comes and the others do not in time, nor when
// of an answer only the beginning does. One that is silent is.
func TestAnOwnersSizeDoesNotOpenTheBreaker(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end  func(*nats.Msg) error // of an answer's first message
		open bool
	}{
		"of several answers one comes": {end: func(m *nats.Msg) error {
			return respond(m, statusEnd, nats.Header{beforeHeader: {"1"}, upToHeader: {"9"}, pendingHeader: {"5"}})
		}},
		"an answer begins": {end: func(*nats.Msg) error { return nil }},
		"silence":          {open: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, impatient, func(cfg *Config) { cfg.Breaker.Open = time.Minute })
			w.answerWith(c.end)
			for range 2 * w.cfg.Breaker.Failures {
				if v := w.view(session("s"), page.Freshness{}); v.Err == nil {
					t.Fatalf("an answer without an end was taken: %v", v.Err)
				}
			}
			if w.short.reads.open() != c.open {
				t.Errorf("the breaker is open: %v", !c.open)
			}
		})
	}
}

// answerWith answers each first request with one segment and an end, and others
// not at all; without an end it answers nothing.
func (w *world) answerWith(end func(*nats.Msg) error) {
	w.t.Helper()
	w.short.direct = "lengthy"
	segment := puts(w.clock.now(), item("a", "1"))
	if _, err := w.nc.Subscribe(w.short.direct, func(m *nats.Msg) {
		if end == nil || string(m.Data) != string(w.short.appendMultiLast(nil, ownerSubject(w.short.root, session("s")), 0, 0)) {
			return
		}
		first := &nats.Msg{Data: segment, Header: nats.Header{
			subjectHeader: {segmentSubject(ownerSubject(w.short.root, session("s")), "r")}, sequenceHeader: {"1"}, beforeHeader: {"0"}}}
		if err := errors.Join(m.RespondMsg(first), end(m)); err != nil {
			w.t.Error(err)
		}
	}); err != nil {
		w.t.Fatal(err)
	}
}

func respond(m *nats.Msg, status string, h nats.Header) error {
	h.Set(statusHeader, status)
	return m.RespondMsg(&nats.Msg{Header: h})
}
