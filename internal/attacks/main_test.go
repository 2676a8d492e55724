package attacks

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain makes the test binary stand for a worker too, which the flood
// starts as a process of its own.
func TestMain(m *testing.M) {
	if url := os.Getenv(floodedServer); url != "" {
		os.Exit(flooded(url))
	}
	goleak.VerifyTestMain(m)
}
