package jet

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// What waits between two attempts doubles, varies by a quarter either way and
// never exceeds what is configured, nor 30 s.
func TestBackoffDoublesWithinAQuarterAndNeverPassesItsMost(t *testing.T) {
	t.Parallel()
	const most = 30 * time.Second
	rapid.Check(t, func(rt *rapid.T) {
		b := Backoff{
			Initial: time.Duration(rapid.Int64Range(int64(time.Millisecond), int64(time.Second)).Draw(rt, "initial")),
			Max:     rapid.SampledFrom([]time.Duration{0, 2 * time.Second, 30 * time.Second, time.Hour}).Draw(rt, "max"),
		}
		limit := most
		if b.Max > 0 {
			limit = min(b.Max, most)
		}
		p := b.policy()
		p.Reset()
		middle := min(b.Initial, limit*4/5)
		for n := range 20 {
			wait := p.NextBackOff()
			if n > 0 {
				middle = min(2*middle, limit*4/5)
			}
			if wait > limit || wait > middle*5/4+time.Microsecond || wait < middle*3/4-time.Microsecond {
				rt.Fatalf("wait %d is %v; want %v ± 25 %%, at most %v", n, wait, middle, limit)
			}
		}
	})
}
