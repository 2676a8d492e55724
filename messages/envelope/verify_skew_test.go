package envelope

import (
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// skews are how far a caller's clock may be wrong.
var skews = []time.Duration{-messages.TimeWindow, -4 * time.Minute, -time.Second, 0, time.Second, 4 * time.Minute, messages.TimeWindow}

// TestAReadLivesFromItsArrival has a caller whose clock is wrong, and asks that
// live for two seconds: what is left of them depends on no clock but the worker's.
func TestAReadLivesFromItsArrival(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, off := range skews {
		u := w.unsigned()
		u.Subject = w.subjects.Ask("acme", messages.OpAssemble)
		u.Time += off.Milliseconds()
		u.Expires = u.Time + 2000
		v := w.mustVerify(t, w.askSigned(w.signer, u))
		if left := v.Expires().Sub(w.now); left != 2*time.Second {
			t.Errorf("a caller's clock is off by %v: its ask is worked on for %v; want 2 s", off, left)
		}
		if v.Life() != 2*time.Second {
			t.Errorf("an ask signed for 2 s lives %v", v.Life())
		}
	}
}

// TestAJobLivesFromWhenItWasStored does the same with jobs that live for a
// minute: one is taken in its last millisecond and not in the next.
func TestAJobLivesFromWhenItWasStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, off := range skews {
		u := w.unsigned()
		u.Subject = w.subjects.Job("acme", messages.OpStore)
		u.Time += off.Milliseconds()
		u.Expires = u.Time + 60_000
		in := w.jobSigned(w.signer, u)
		in.StreamTime, in.Now = w.now, w.now.Add(time.Minute)
		if v := w.mustVerify(t, in); !v.Expires().Equal(in.Now) {
			t.Errorf("a caller's clock is off by %v: its job lives until %v; want %v", off, v.Expires(), in.Now)
		}
		in.Now = in.Now.Add(time.Millisecond)
		_, err := w.verifier.Verify(in)
		wantCode(t, err, messages.CodeExpired)
	}
}

// TestAChangeEndsAtItsExpiry: an ask that was held up must not overwrite what
// was acknowledged since its caller gave it up.
func TestAChangeEndsAtItsExpiry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.ask()
	in.Now = w.now.Add(2 * time.Second)
	if v := w.mustVerify(t, in); !v.Expires().Equal(in.Now) {
		t.Errorf("it ends at %v; want %v", v.Expires(), in.Now)
	}
	in.Now = in.Now.Add(time.Millisecond)
	_, err := w.verifier.Verify(in)
	wantCode(t, err, messages.CodeExpired)
}
