package assemble

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestDivide: nothing beyond the amount is given, nobody gets more than it
// wants, and nothing is kept back while somebody with a share wants more.
func TestDivide(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amount := float64(rapid.IntRange(0, 1000).Draw(t, "amount"))
		var shares, wants [pools]float64
		for p := range shares {
			shares[p] = rapid.SampledFrom([]float64{0, 0.3, 0.4, 1, 5}).Draw(t, "share")
			wants[p] = float64(rapid.IntRange(0, 800).Draw(t, "want"))
		}
		parts := divide(amount, shares, wants)
		given, hungry := 0.0, false
		for p := range parts {
			given += parts[p]
			hungry = hungry || shares[p] > 0 && wants[p] > parts[p]+1e-6
			if parts[p] < 0 || parts[p] > wants[p]+1e-6 {
				t.Fatalf("pool %d wants %v and gets %v", p, wants[p], parts[p])
			}
		}
		if given > amount+1e-6 || hungry && given < amount-1e-6 {
			t.Fatalf("%v of %v given: %v for %v", given, amount, parts, wants)
		}
	})
}

func TestDivideKeepsToShares(t *testing.T) {
	t.Parallel()
	for _, unit := range []float64{1, 1e-300, 1e307} { // shares are weights, of any size
		got := divide(1000, [pools]float64{0.3 * unit, 0.4 * unit, 0.3 * unit}, [pools]float64{1e6, 100, 1e6})
		want := [pools]float64{450, 100, 450}
		for p := range want {
			if !(math.Abs(got[p]-want[p]) <= 1e-6) {
				t.Errorf("by shares of about %v: got %v, want %v", unit, got, want)
			}
		}
	}
}
