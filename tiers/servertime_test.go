package tiers

import (
	"testing"
	"time"
)

// The servers' time is theirs, however wrong the worker's clock is, and goes on
// without a word of theirs.
func TestServerTimeIsTheServers(t *testing.T) {
	t.Parallel()
	before := time.Now()
	clock := newClock()
	clock.advance(3 * time.Hour)
	w := newWorld(t)
	w.servers = &lastHeard{}
	w.clock.advance(3 * time.Hour) // before the server is asked again
	if _, err := w.short.refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	first := w.ServerTime()
	if after := time.Now(); first.Before(before.Truncate(time.Millisecond)) || first.After(after) {
		t.Errorf("the server's clock is between %v and %v; the worker has %v", before, after, first)
	}
	w.clock.advance(time.Hour)
	if later := w.ServerTime(); later.Sub(first) != time.Hour {
		t.Errorf("an hour later it is %v later", later.Sub(first))
	}
	unheard := &Tiers{clock: clock.now, servers: &lastHeard{}}
	if got := unheard.ServerTime(); !got.Equal(clock.now()) {
		t.Errorf("before any server was heard: %v", got)
	}
	unheard.servers.hear(time.Time{}, clock.now())
	if got := unheard.ServerTime(); !got.Equal(clock.now()) {
		t.Errorf("after an answer that told no time: %v", got)
	}
}
