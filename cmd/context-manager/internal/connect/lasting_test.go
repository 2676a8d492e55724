package connect

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"pgregory.net/rapid"
)

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

// A worker's connection is kept for ever, waits between attempts as
// reconnectDelay says, and holds nothing back to send it later.
func TestAWorkersConnectionIsKeptForEver(t *testing.T) {
	t.Parallel()
	o := nats.GetDefaultOptions()
	for _, change := range Lasting() {
		if err := change(&o); err != nil {
			t.Fatal(err)
		}
	}
	if !o.AllowReconnect || o.MaxReconnect != -1 || !o.IgnoreAuthErrorAbort || o.ReconnectBufSize != -1 {
		t.Errorf("it gives up: reconnect %t, at most %d times, whatever the server says of its user %t, buffer %d",
			o.AllowReconnect, o.MaxReconnect, o.IgnoreAuthErrorAbort, o.ReconnectBufSize)
	}
	if o.CustomReconnectDelayCB == nil {
		t.Fatal("it waits as the library does, all workers in step")
	}
	seen := map[time.Duration]bool{}
	for range 20 {
		seen[o.CustomReconnectDelayCB(5)] = true
	}
	if len(seen) < 2 {
		t.Errorf("every worker waits %v: they come back all at once", seen)
	}
}
