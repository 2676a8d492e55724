package main

import (
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestMomentForms(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"2026-03-02": 1772409600000, "2026-03-02T18:04:00Z": 1772474640000, "2026-03-02 18:04": 1772474640000,
		"2026-03-02T20:04:00+02:00": 1772474640000, "1772474640": 1772474640000, "1772474640123": 1772474640123, "0": 0,
	} {
		var m moment
		if err := m.UnmarshalText([]byte(text)); err != nil || int64(m) != want {
			t.Errorf("%s: got %d, %v; want %d", text, m, err, want)
		}
	}
	for _, text := range []string{"", "soon", "-5", "NaN", "Inf", "1e300", "2026-13-01"} {
		var m moment
		if err := m.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was read as %d", text, m)
		}
	}
}

func TestReconnectDelayGrowsWithinItsBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		attempt := rapid.IntRange(-1, 1<<20).Draw(rt, "attempt")
		u := rapid.Float64Range(0, 0.999999).Draw(rt, "u")
		if d := reconnectDelay(attempt, u); d < firstReconnect*3/4 || d > lastReconnect*5/4 {
			rt.Fatalf("attempt %d waits %v", attempt, d)
		}
		if reconnectDelay(attempt, u) > reconnectDelay(attempt+1, u) {
			rt.Fatalf("attempt %d waits longer than the one after it", attempt)
		}
	})
	if d := reconnectDelay(2, 0.5); d != 200*time.Millisecond {
		t.Errorf("the second attempt waits %v", d)
	}
}

func TestHostsHidePasswords(t *testing.T) {
	t.Parallel()
	for list, want := range map[string]string{
		"nats://u:p@a:4222, tls://b:1": "a:4222, b:1", "c": "c", "tok@d:4222": "d:4222", "nats://u:p%zz@e": "(no valid URL)",
	} {
		if got := hosts(list); got != want {
			t.Errorf("%q: got %q, want %q", list, got, want)
		}
	}
}

func TestEnvironmentIsTheGivenOne(t *testing.T) {
	t.Parallel()
	sh := newShell(newEnvironment([]string{"CTX_MAX_TOKENS=77", "CTX_PREFIX=", "CTX_TIMEOUT=3s"}), nil, nil, nil)
	p, err := parse([]string{"ask", "q", "--timeout", "4s"}, sh)
	if err != nil {
		t.Fatal(err)
	}
	ask, ok := p.context.Selected().Target.Addr().Interface().(*askCmd)
	if !ok || ask.MaxTokens != 77 || ask.Prefix != "ctx" || ask.Timeout != 4*time.Second {
		t.Errorf("got %+v", ask)
	}
}

func TestSecondSignalExitsAtOnce(t *testing.T) {
	t.Parallel()
	signals := signalsOf(2)
	cancelled, code := false, -1
	watchSignals(signals, nil, func() { cancelled = true }, func(c int) { code = c })
	if !cancelled || code != exitHurried {
		t.Errorf("cancelled %v, exit code %d", cancelled, code)
	}
}

func TestOneSignalLetsTheDrainFinish(t *testing.T) {
	t.Parallel()
	released := make(chan struct{})
	cancelled := false
	watchSignals(signalsOf(1), released, func() { cancelled = true; close(released) }, func(int) { t.Error("it exited") })
	if !cancelled {
		t.Error("the first signal did nothing")
	}
}

func signalsOf(n int) <-chan os.Signal {
	signals := make(chan os.Signal, n)
	for range n {
		signals <- os.Interrupt
	}
	return signals
}
