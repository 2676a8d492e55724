package tiers

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

// TestHistoriesOfLargeLogsReadAsAPlainReplay is what is done to small logs by
// others, to logs of which each of three workers has an outline most of the
// time. Whatever parts they read, a merged segment has all that came after its
// first entry until it was made.
func TestHistoriesOfLargeLogsReadAsAPlainReplay(t *testing.T) {
	t.Parallel()
	server, clock := natstest.Start(t), newClock()
	workers := make([]*world, 3)
	for i := range workers {
		workers[i] = onServer(t, server, clock, func(c *Config) {
			c.Compact.Segments, c.Compact.Factor, c.Compact.Disabled, c.GC.Disabled = 3, 1+i, true, true
			c.Compact.MaxBytes = []int{20 << 10, 6 << 10, 3 << 10}[i]
		})
		workers[i].compactor.outlines.from = 2 << 10
	}
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		h := &history{
			rt: rt, workers: workers, clock: clock, owner: session(fmt.Sprintf("l%d", run)), model: map[string]version{},
		}
		h.begin()
		actions := map[string]func(*rapid.T){
			"delete": h.delete, "crash": h.crash, "sweep": h.sweep,
			"": func(rt *rapid.T) { h.check(rt); h.holdsAllThatCameAfter() },
		}
		for i := range 5 {
			actions[fmt.Sprint("put", i)], actions[fmt.Sprint("compact", i)] = h.put, h.compact
		}
		rt.Repeat(actions)
	})
	if n := workers[0].looks(looksAtNewest) + workers[1].looks(looksAtNewest) + workers[2].looks(looksAtNewest); n < 100 {
		t.Errorf("only %d logs were read by their newest part", n)
	}
}

// begin gives the owner items of 20 KB in segments that are halves of each other.
func (h *history) begin() {
	for n, size := 0, 10<<10; size > 100; n, size = n+1, size/2 {
		it := item(fmt.Sprint("begun", n), strings.Repeat("x", size))
		h.write(page.Entry{Kind: page.Put, Item: it})
		h.model[it.ID] = version{text: it.Text}
	}
}

// holdsAllThatCameAfter checks of the log that no segment has something that
// came after what a later merged one has, unless a merge took it in.
func (h *history) holdsAllThatCameAfter() {
	log := h.workers[0].logOf(ownerSubject(h.workers[0].short.root, h.owner))
	for _, m := range log {
		for _, s := range log {
			has, other := h.origins(m), h.origins(s)
			if isMerged(m.Name) && s.Seq < m.Seq && len(has) > 0 && !h.takenIn(s, log) && slices.Min(has) < slices.Max(other) {
				h.rt.Fatalf("%s at %d has what came at %d, and not %s, which has what came at %d", m.Name, m.Seq, has, s.Name, other)
			}
		}
	}
}

// origins are the sequences at which a segment's entries were written.
func (h *history) origins(s page.Stored) []uint64 {
	parsed, err := page.ParseSegment(s.Data)
	if err != nil {
		h.rt.Fatal(err)
	}
	seqs := []uint64{}
	for _, e := range parsed.Entries {
		seqs = append(seqs, cmp.Or(e.Origin.Seq, s.Seq))
	}
	return seqs
}

// takenIn tells whether other segments of a log have taken in all of one.
func (h *history) takenIn(s page.Stored, log []page.Stored) bool {
	var absorbed []uint64
	for _, m := range log {
		var err error
		if m.Seq == s.Seq {
			continue
		}
		if absorbed, err = page.AppendAbsorbed(absorbed, m.Data); err != nil {
			h.rt.Fatal(err)
		}
	}
	return !slices.ContainsFunc(h.origins(s), func(seq uint64) bool { return !slices.Contains(absorbed, seq) })
}
