package tiers

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

// TestHistoriesReadAsAPlainReplayThoughClocksAreWrong has three workers with clocks
// that are set forward and back, by minutes and by days, on a server with one that
// is right. Whatever they write, merge and collect by them, nothing that was
// replaced or removed is read again, and what was applied stays known.
func TestHistoriesReadAsAPlainReplayThoughClocksAreWrong(t *testing.T) {
	t.Parallel()
	server, clock := natstest.Start(t), newClock()
	workers := make([]*world, 3)
	for i := range workers {
		workers[i] = onServer(t, server, newClock(), func(c *Config) {
			c.Compact.Segments, c.Compact.Disabled, c.GC.Disabled = 1, true, true
		})
		workers[i].servers = clock
	}
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		h := &lossyHistory{history: history{
			rt: rt, workers: workers, clock: clock, owner: session(fmt.Sprintf("c%d", run)), model: map[string]version{},
		}}
		rt.Repeat(map[string]func(*rapid.T){
			"put": h.putForEver, "delete": h.delete, "delete more": h.delete, "clear": h.clear,
			"time": h.timeForAll, "wrong": h.wrong, "wrong again": h.wrong,
			"compact": h.compact, "pause": h.pause, "resume": h.resume, "sweep": h.sweep, "sweep again": h.sweep,
			"applied": h.applied, "": h.check,
		})
	})
}

func (h *history) putForEver(rt *rapid.T) {
	it := item(rapid.SampledFrom(historyIDs).Draw(rt, "id"), fmt.Sprintf("v%d", h.names))
	h.model[it.ID] = version{text: it.Text}
	h.write(page.Entry{Kind: page.Put, Item: it})
}

// timeForAll passes by every clock, as wrong as it is.
func (h *history) timeForAll(rt *rapid.T) {
	d := time.Duration(rapid.SampledFrom([]int{1, 20, 300, 700, 1600}).Draw(rt, "seconds")) * time.Second
	h.clock.advance(d)
	for _, w := range h.workers {
		w.clock.advance(d)
	}
}

// wrong sets a worker's clock, right at times.
func (h *history) wrong(rt *rapid.T) {
	by := rapid.SampledFrom([]time.Duration{0, -4 * time.Minute, 4 * time.Minute, -48 * time.Hour, 48 * time.Hour}).Draw(rt, "by")
	w := h.worker()
	w.clock.advance(h.clock.now().Add(by).Sub(w.clock.now()))
}
