package worker

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDelaysDoubleWithinAQuarterAndNeverPassTheLimit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		base := time.Duration(rapid.Int64Range(int64(time.Millisecond), int64(time.Second)).Draw(t, "base"))
		limit := 30 * time.Second
		d := delays{base: base, limit: limit, random: func() float64 { return rapid.Float64Range(0, 0.999999).Draw(t, "random") }}
		n := rapid.Uint64Range(0, 100).Draw(t, "delivery")
		plain := min(base<<min(max(n, 1)-1, 30), limit)
		got := d.after(n)
		if got > limit || got > plain*125/100+1 || got < plain*75/100-1 {
			t.Fatalf("after(%d) = %s; want %s ± 25 %%, at most %s", n, got, plain, limit)
		}
	})
}

func TestDefaultDelaysOutlastALeaderElection(t *testing.T) {
	t.Parallel()
	c := Config{}.withDefaults("ctx")
	shortest := delays{base: c.RetryBase, limit: c.RetryCap, random: func() float64 { return 0 }}
	var total time.Duration
	for n := 1; n < c.MaxAttempts; n++ {
		total += shortest.after(uint64(n))
	}
	if total < 15*time.Second {
		t.Fatalf("all attempts are used up in %s: a leader election takes up to 15 s", total)
	}
}

func TestMostCountsNoFewerWaitsThanThereCanBe(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := delays{base: 10 * time.Millisecond, limit: 400 * time.Millisecond, random: func() float64 { return rapid.Float64Range(0, 0.999999).Draw(t, "random") }}
		var age time.Duration
		waits := rapid.Uint64Range(0, 60).Draw(t, "waits")
		for n := range waits {
			age += d.after(n + 1)
		}
		if most := d.most(age); most < waits {
			t.Fatalf("most(%s) = %d; there were %d", age, most, waits)
		}
	})
	d := delays{base: 250 * time.Millisecond, limit: 2 * time.Minute}
	if n := d.most(time.Hour); n > 60 {
		t.Errorf("most(1h) = %d: a job that kills a worker every 30 s must exceed it", n)
	}
}
