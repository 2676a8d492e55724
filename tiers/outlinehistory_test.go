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
// time, and of whose removals some are lost or late. Whatever parts they read, a
// merged segment has all that came after its first entry until it was made, and the
// bucket's age limit brings nothing back.
func TestHistoriesOfLargeLogsReadAsAPlainReplay(t *testing.T) {
	t.Parallel()
	server, clock := natstest.Start(t), newClock()
	workers, lines := lossyWorkers(t, server, clock, func(i int, c *Config) {
		c.Compact.Segments, c.Compact.Factor = 3, 1+i
		c.Compact.MaxBytes = []int{20 << 10, 6 << 10, 3 << 10}[i]
	})
	for _, w := range workers {
		w.compactor.outlines.from = 2 << 10
	}
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		h := &lossyHistory{history: history{
			rt: rt, workers: workers, clock: clock, owner: session(fmt.Sprintf("l%d", run)), model: map[string]version{},
		}, lines: lines}
		h.sound()
		h.begin()
		actions := map[string]func(*rapid.T){
			"delete": h.delete, "anew": h.anew, "crash": h.crash, "kill": h.kill, "sweep": h.sweep, "time": h.time, "long": h.long,
			"fate": h.fate, "release": h.release, "unchanged": h.unchanged, "applied": h.applied,
			"": func(rt *rapid.T) { h.check(rt); h.holdsAllThatCameAfter(); h.ageBringsNothingBack() },
		}
		for i := range 6 {
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

// anew clears the owner, and has it begin again.
func (h *history) anew(rt *rapid.T) {
	h.clear(rt)
	h.begin()
}

// holdsAllThatCameAfter checks of the log that no segment has something that
// came after what a later merged one has, unless a merge took it in.
func (h *history) holdsAllThatCameAfter() {
	log := h.workers[0].logOf(ownerSubject(h.workers[0].short.root, h.owner))
	origins, newest := make([][]uint64, len(log)), h.newestNotTakenIn(log)
	for i, s := range log {
		origins[i] = h.origins(s)
	}
	for i, m := range log {
		for j, s := range log[:i] {
			if isMerged(m.Name) && len(origins[i]) > 0 && slices.Min(origins[i]) < newest[j] {
				h.rt.Fatalf("%s at %d has what came at %d, and not %s, which has what came at %d", m.Name, m.Seq, origins[i], s.Name, origins[j])
			}
		}
	}
}

// newestNotTakenIn is of each segment the newest of what it alone has; 0 if
// others of the log have taken in all of it.
func (h *history) newestNotTakenIn(log []page.Stored) []uint64 {
	in, newest := map[uint64][]uint64{}, make([]uint64, len(log)) // by which segments it was taken in
	for _, m := range log {
		absorbed, err := page.AppendAbsorbed(nil, m.Data)
		if err != nil {
			h.rt.Fatal(err)
		}
		for _, seq := range absorbed {
			in[seq] = append(in[seq], m.Seq)
		}
	}
	for i, s := range log {
		for _, seq := range h.origins(s) {
			if !slices.ContainsFunc(in[seq], func(by uint64) bool { return by != s.Seq }) {
				newest[i] = max(newest[i], seq)
			}
		}
	}
	return newest
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
