package timing

import (
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPercentileIsTheNearestRankInMicroseconds(t *testing.T) {
	t.Parallel()
	times := []time.Duration{1500, 2000, 3000, 4000} // ns
	for p, want := range map[int]float64{0: 1.5, 25: 1.5, 26: 2, 50: 2, 75: 3, 99: 4, 100: 4} {
		if got := Percentile(times, p); got != want {
			t.Errorf("percentile %d is %v, want %v", p, got, want)
		}
	}
	if got := Percentile(nil, 50); got != 0 {
		t.Errorf("of none it is %v", got)
	}
}
