package worker

import (
	"errors"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/rs/zerolog"
)

// A settledMsg notes how it was settled. Any other call is a defect.
type settledMsg struct {
	message
	how string
	err error
}

func (m *settledMsg) note(how string) error {
	m.how += how
	return m.err
}

func (m *settledMsg) Ack() error                         { return m.note("ack") }
func (m *settledMsg) NakWithDelay(d time.Duration) error { return m.note("nak " + d.String()) }
func (m *settledMsg) TermWithReason(reason string) error { return m.note("term " + reason) }
func (m *settledMsg) InProgress() error                  { return m.note("extend") }

func TestSettlingIsWhatItSays(t *testing.T) {
	t.Parallel()
	s := settler{metrics: newMetrics(), log: zerolog.Nop()}
	for want, settle := range map[string]func(message){
		"ack":          func(m message) { s.done(m) },
		"nak 1.5s":     func(m message) { s.retry(m, 1500*time.Millisecond) },
		"nak 1ms":      func(m message) { s.retry(m, 0) }, // never at once
		"term bad_key": func(m message) { s.terminate(m, "bad_key") },
		"term expired": func(m message) { s.expire(m) },
		"extend":       s.extend,
	} {
		m := &settledMsg{}
		settle(m)
		if m.how != want {
			t.Errorf("settled by %q; want %q", m.how, want)
		}
	}
	s.done(&settledMsg{err: errors.New("gone")})
	if n := testutil.ToFloat64(s.metrics.settleFailed); n != 1 {
		t.Errorf("%v failures were counted; want 1", n)
	}
	if n := testutil.ToFloat64(s.metrics.settled.WithLabelValues("acked")); n != 1 {
		t.Errorf("%v jobs were counted as acknowledged; want the one that was", n)
	}
}
