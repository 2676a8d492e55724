package tiers

import (
	"errors"
	"fmt"
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
			return respond(m, "204", nats.Header{"Nats-Last-Sequence": {"1"}, "Nats-UpTo-Sequence": {"9"}, "Nats-Num-Pending": {"5"}})
		}},
		"an answer begins": {end: func(*nats.Msg) error { return nil }},
		"silence":          {open: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, impatient, func(cfg *Config) {
				cfg.Breaker.Open = time.Minute
				if !c.open { // the first of an answer comes in time, also where much else is at work
					cfg.Read.Attempt, cfg.Read.Deadline = time.Second, 1500*time.Millisecond
				}
			})
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
	wildcard := ownerSubject(w.short.root, session("s"))
	whole := fmt.Sprintf(`{"multi_last":[%q],"max_bytes":%d}`, wildcard, w.cfg.Read.AnswerBytes)
	segment := puts(w.clock.now(), item("a", "1"))
	w.divert(w.short, func(m *nats.Msg, _ func([]byte)) {
		if end == nil || string(m.Data) != whole {
			return
		}
		first := &nats.Msg{Data: segment, Header: nats.Header{
			"Nats-Stream": {w.short.stream.Name}, "Nats-Subject": {segmentSubject(wildcard, "r")}, "Nats-Sequence": {"1"}, "Nats-Last-Sequence": {"0"}}}
		if err := errors.Join(m.RespondMsg(first), end(m)); err != nil {
			w.t.Error(err)
		}
	})
}

func respond(m *nats.Msg, status string, h nats.Header) error {
	h.Set("Status", status)
	return m.RespondMsg(&nats.Msg{Header: h})
}
