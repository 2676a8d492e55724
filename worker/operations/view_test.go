package operations

import (
	"math"
	"testing"
	"time"
)

// However old an answer may be, that is a duration, and no older than L1 keeps pages.
func TestHowOldAnAnswerMayBeIsBounded(t *testing.T) {
	t.Parallel()
	for ms, want := range map[int64]time.Duration{0: 0, 1500: 1500 * time.Millisecond, math.MaxInt64: mostStale, math.MaxInt64 / int64(time.Millisecond): mostStale} {
		if got := freshness(ms, nil).MaxStale; got != want {
			t.Errorf("%d ms: %s; want %s", ms, got, want)
		}
	}
}
