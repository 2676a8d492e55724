// Package timing makes figures of how long calls took.
package timing

import "time"

// Percentile is the nearest-rank percentile of sorted times, in microseconds; 0 of none.
func Percentile(sorted []time.Duration, p int) float64 {
	if len(sorted) == 0 {
		return 0
	}
	rank := (len(sorted)*p + 99) / 100
	return float64(sorted[max(rank, 1)-1].Nanoseconds()) / 1e3
}
