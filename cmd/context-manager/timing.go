package main

import (
	"time"
)

// percentile is the nearest-rank percentile of sorted times, 0 of none.
func percentile(sorted []time.Duration, p int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	rank := (len(sorted)*p + 99) / 100
	return sorted[max(rank, 1)-1]
}

func microseconds(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }
