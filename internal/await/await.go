// Package await lets tests wait for what something else brings about.
package await

import (
	"testing"
	"time"
)

const (
	// most is as long as a machine may take that has other tests to run.
	most  = 90 * time.Second
	often = 2 * time.Millisecond
)

// That asks again and again whether something holds, and returns when it does.
// If it does not in a minute and a half, the test fails and ends.
func That(t testing.TB, what string, holds func() bool) {
	t.Helper()
	ticker := time.NewTicker(often)
	defer ticker.Stop()
	limit := time.NewTimer(most)
	defer limit.Stop()
	for !holds() {
		select {
		case <-ticker.C:
		case <-limit.C:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}
