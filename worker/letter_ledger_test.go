package worker

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// A silentLedger does not answer who would enter what has this in its id.
type silentLedger struct {
	Ledger
	of string
}

func (l silentLedger) Take(ctx context.Context, key, id, delivery string, life time.Duration) (bool, error) {
	if strings.Contains(id, l.of) {
		return false, messages.Errorf(messages.CodeUnavailable, "down")
	}
	return l.Ledger.Take(ctx, key, id, delivery, life)
}

// A letter is counted though the ledger cannot be told of it: better twice than never,
// as nobody is alerted then.
func TestALetterIsCountedThoughTheLedgerIsSilent(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]any{"job": badStore, "bundle": stores.together(t, turn("s"), badStore).body} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			w := r.start(options{deps: func(d *Deps) { d.Ledger = silentLedger{d.Ledger, ".buried"} }})
			r.publish(call{op: messages.OpStore, body: body})
			r.idle()
			if n, letters := testutil.ToFloat64(w.metrics.dead.WithLabelValues("bad_json")), len(r.deadLetters()); n != 1 || letters != 1 {
				t.Errorf("%d letters, counted as %v; want one", letters, n)
			}
		})
	}
}

// What is past its key's rate has no entry in the ledger, however much of it is
// buried: the rate bounds what a key can have that hold.
func TestWhatIsBuriedForItsRateHasNoEntry(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.admit(envelope.Key{ID: "snail", Grants: []messages.Grant{messages.GrantWrite}, Rate: 1.0 / 300, Burst: 1})
	ledger := &countingLedger{}
	w := r.start(options{deps: ledger.count})
	for range 3 {
		r.publish(call{key: "snail", op: messages.OpStore, body: turn("s")})
	}
	r.idle()
	if n := testutil.ToFloat64(w.metrics.dead.WithLabelValues("rate_limited")); n != 2 || len(r.deadLetters()) != 2 {
		t.Errorf("%d letters, counted as %v; want those of the two past the rate", len(r.deadLetters()), n)
	}
	if n := ledger.entries.Load(); n != 1 {
		t.Errorf("%d entries; want that of the job that was done", n)
	}
}

// What an outage put off comes back within ten of the longest delays, and explains no
// longer than that what comes to no result.
func TestAnOutageExplainsForTenOfTheLongestDelays(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.make(options{config: func(c *Config) { c.MaxAttempts, c.RetryCap = 2, time.Minute }})
	b := w.bundled(t, r, stores.together(t, turn("a")), time.Minute)
	for ago, want := range map[time.Duration]bool{9 * time.Minute: false, 11 * time.Minute: true} {
		w.outage.last.Store(0)
		w.outage.note(messages.Errorf(messages.CodeUnavailable, "x"), time.Now().Add(-ago))
		if suspect, err := b.unexplained(t.Context(), b.whole); suspect != want || err != nil {
			t.Errorf("%s after an outage: suspect %t, %v", ago, suspect, err)
		}
	}
}
