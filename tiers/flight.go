package tiers

import (
	"context"
	"sync"

	"github.com/context-manager/context-manager/tiers/page"
)

// flights lets callers that miss the same owner's page at the same time share
// one load. Who joins still asks for a delta of its own afterwards: the load
// may have been answered before the joiner's request began, and a write that
// the joiner knows of may lie in between.
type flights struct {
	mu  sync.Mutex
	now map[string]*flight
}

// A flight is one load. Its page is set before done is closed.
type flight struct {
	done chan struct{}
	page page.Page
	ok   bool
}

// join gives the flight of this key, and tells whether the caller leads it.
// A leader must call land.
func (f *flights) join(key string) (fl *flight, lead bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if fl, ok := f.now[key]; ok {
		return fl, false
	}
	if f.now == nil {
		f.now = make(map[string]*flight)
	}
	fl = &flight{done: make(chan struct{})}
	f.now[key] = fl
	return fl, true
}

// land ends a flight. Without a page its joiners load for themselves, so one
// caller's cancellation fails nobody else.
func (f *flights) land(key string, fl *flight, p page.Page, ok bool) {
	f.mu.Lock()
	delete(f.now, key)
	f.mu.Unlock()
	fl.page, fl.ok = p, ok
	close(fl.done)
}

// wait gives the loaded page, if the flight has one before ctx ends.
func (fl *flight) wait(ctx context.Context) (page.Page, bool) {
	select {
	case <-fl.done:
		return fl.page, fl.ok
	case <-ctx.Done():
		return page.Page{}, false
	}
}
