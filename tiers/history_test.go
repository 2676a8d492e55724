package tiers

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

// TestHistoriesReadAsAPlainReplay runs random histories of writes, compactions
// that finish, crash half way, are killed between their parts, run twice or late,
// sweeps, and the passing of time, over three workers whose pages are of any age, and compares every read
// with what a plain replay of the writes gives.
func TestHistoriesReadAsAPlainReplay(t *testing.T) {
	t.Parallel()
	server, clock := natstest.Start(t), newClock()
	short := func(c *Config) { c.Compact.Segments, c.Compact.Disabled, c.GC.Disabled = 3, true, true }
	workers := make([]*world, 3)
	for i := range workers {
		// What they merge goes in one segment, in a few, or in one for nearly every entry.
		workers[i] = onServer(t, server, clock, short, func(c *Config) { c.Compact.MaxBytes = []int{0, 400, 200}[i] })
		workers[i].compactor.outlines.from = 1 // of small logs, too
	}
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		h := &history{
			rt: rt, workers: workers, clock: clock, owner: session(fmt.Sprintf("s%d", run)),
			model: map[string]version{},
		}
		rt.Repeat(map[string]func(*rapid.T){
			"put": h.put, "delete": h.delete, "clear": h.clear, "time": h.time,
			"compact": h.compact, "crash": h.crash, "kill": h.kill, "pause": h.pause, "resume": h.resume, "sweep": h.sweep,
			"": h.check,
		})
	})
}

// A history is one owner's, and what a plain replay makes of it.
type history struct {
	rt      *rapid.T
	workers []*world
	clock   *manualClock
	owner   messages.Owner
	model   map[string]version
	names   int
	paused  []pausedMerge
}

type version struct {
	text    string
	expires int64
}

// A pausedMerge is a compactor that has read the log and not written yet.
type pausedMerge struct {
	sources []page.Stored
	since   time.Time
}

func (h *history) worker() *world { return rapid.SampledFrom(h.workers).Draw(h.rt, "worker") }

func (h *history) name() string {
	h.names++
	return fmt.Sprintf("req-%d", h.names)
}

func (h *history) write(entries ...page.Entry) {
	w := h.worker()
	at := w.stamp().UnixMilli()
	for i := range entries {
		entries[i].At = at
	}
	data := page.AppendSegment(nil, page.Segment{At: at, Entries: entries})
	if _, err := w.Append(h.workers[0].t.Context(), h.owner, h.name(), data, page.Condition{}); err != nil {
		h.rt.Fatalf("append: %v", err)
	}
}

var historyIDs = []string{"a", "b", "c", "d"}

func (h *history) put(rt *rapid.T) {
	ids := rapid.SliceOfNDistinct(rapid.SampledFrom(historyIDs), 1, 3, rapid.ID).Draw(rt, "ids")
	entries := make([]page.Entry, len(ids))
	for i, id := range ids {
		it := item(id, fmt.Sprintf("v%d", h.names))
		if rapid.IntRange(0, 3).Draw(rt, "expires") == 0 {
			it.Expires = h.clock.now().Add(time.Duration(rapid.IntRange(1, 1800).Draw(rt, "in")) * time.Second).UnixMilli()
		}
		entries[i] = page.Entry{Kind: page.Put, Item: it}
		h.model[id] = version{text: it.Text, expires: it.Expires}
	}
	h.write(entries...)
}

func (h *history) delete(rt *rapid.T) {
	id := rapid.SampledFrom(historyIDs).Draw(rt, "id")
	delete(h.model, id)
	h.write(page.Entry{Kind: page.Tombstone, ID: id})
}

func (h *history) clear(*rapid.T) {
	clear(h.model)
	h.write(page.Entry{Kind: page.Clear})
}

func (h *history) time(rt *rapid.T) {
	h.clock.advance(time.Duration(rapid.SampledFrom([]int{1, 20, 300, 700, 1600}).Draw(rt, "seconds")) * time.Second)
}

func (h *history) compact(*rapid.T) {
	w := h.worker()
	if _, err := w.Compact(w.t.Context(), h.owner); err != nil {
		h.rt.Fatalf("compact: %v", err)
	}
}

// crash writes a merged segment, and does not remove what it was made of; or only some of it.
func (h *history) crash(rt *rapid.T) {
	sources := h.choose()
	if len(sources) == 0 {
		return
	}
	if !h.merge(sources) {
		return
	}
	x := h.workers[0].short
	removed := rapid.IntRange(0, len(sources)).Draw(rt, "removed")
	if err := x.remove(h.ctx(), ownerSubject(x.root, h.owner), sources[:removed]); err != nil {
		rt.Fatalf("remove: %v", err)
	}
}

func (h *history) pause(*rapid.T) {
	if sources := h.choose(); len(sources) > 0 {
		h.paused = append(h.paused, pausedMerge{sources, h.clock.now()})
	}
}

// resume lets a compactor that was paused go on with what it had read. It has
// at most compactTime for that.
func (h *history) resume(*rapid.T) {
	if len(h.paused) == 0 {
		return
	}
	p := h.paused[0]
	h.paused = h.paused[1:]
	if h.clock.now().Sub(p.since) <= compactTime {
		h.merge(p.sources)
	}
}

func (h *history) choose() []page.Stored {
	x := h.workers[0].short
	b, err := x.load(h.ctx(), ownerSubject(x.root, h.owner))
	if err != nil {
		h.rt.Fatalf("load: %v", err)
	}
	if x.nothingToDo(b.segs) {
		return nil
	}
	pieces, err := x.weigh(b.segs)
	if err != nil {
		h.rt.Fatalf("weigh: %v", err)
	}
	return stored(pieces[x.choose(pieces):])
}

// merge tells whether the merged segment was written: it is refused if the removal
// of its oldest source was still on its way.
func (h *history) merge(sources []page.Stored) (written bool) {
	x := h.workers[0].short
	data := merged(h.rt, page.MergeOptions{Now: h.clock.now().UnixMilli()}, sources...)
	wildcard := ownerSubject(x.root, h.owner)
	cond := jet.Expected{Subject: segmentSubject(wildcard, sources[0].Name), Seq: sources[0].Seq}
	_, err := x.put(h.ctx(), wildcard, ownName(mergedPrefix), data, cond)
	if err != nil && !jet.Conflicted(err) {
		h.rt.Fatalf("put: %v", err)
	}
	return err == nil
}

func (h *history) sweep(*rapid.T) {
	x := h.worker().short
	if err := x.tend(h.ctx(), ownerSubject(x.root, h.owner)); err != nil {
		h.rt.Fatalf("tend: %v", err)
	}
}

// check compares what each worker sees with the replay: some from a page that
// it has had for a while, one past L1.
func (h *history) check(rt *rapid.T) {
	want := h.replay()
	for i, w := range h.workers {
		if rapid.IntRange(0, 2).Draw(rt, "looks") > 0 {
			continue // its page grows older
		}
		f := page.Freshness{Reload: rapid.IntRange(0, 9).Draw(rt, "reload") == 0}
		v, _ := w.Read(w.t.Context(), h.owner, messages.Owner{}, f)
		if v.Err != nil || v.Stale {
			rt.Fatalf("worker %d: stale %v, %v", i, v.Stale, v.Err)
		}
		if got := sorted(texts(v.Page)); got != want {
			rt.Fatalf("worker %d sees %q; a replay gives %q", i, got, want)
		}
	}
}

func (h *history) replay() string {
	now := h.clock.now().UnixMilli()
	var list []string
	for _, id := range slices.Sorted(maps.Keys(h.model)) {
		if v := h.model[id]; v.expires == 0 || v.expires > now {
			list = append(list, id+"="+v.text)
		}
	}
	return strings.Join(list, " ")
}

func sorted(words string) string {
	list := strings.Fields(words)
	slices.Sort(list)
	return strings.Join(list, " ")
}

func (h *history) ctx() context.Context { return h.workers[0].t.Context() }
