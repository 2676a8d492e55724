package tiers

import (
	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// kill writes the first parts of a compaction's merge, or of a sweep's, whose worker
// is killed before the others. Later merges may take those in without their sources.
func (h *history) kill(rt *rapid.T) {
	x, now := h.workers[0].short, h.clock.now()
	opt, sources := page.MergeOptions{Now: now.UnixMilli()}, h.choose()
	if rapid.Bool().Draw(rt, "sweep") {
		opt.All, opt.DropTombstonesBefore = true, now.Add(-x.cfg.tombstoneLife()).UnixMilli()
		sources = h.log()
	}
	if len(sources) == 0 {
		return
	}
	parts, err := page.MergeParts(sources, opt, rapid.SampledFrom([]int{1, 200, 400, 4000}).Draw(rt, "most"))
	if err != nil {
		rt.Fatalf("merge: %v", err)
	}
	wildcard := ownerSubject(x.root, h.owner)
	cond := jet.Expected{Subject: segmentSubject(wildcard, sources[0].Name), Seq: sources[0].Seq}
	for _, data := range parts[:rapid.IntRange(0, len(parts)-1).Draw(rt, "written")] {
		if _, err := x.put(h.ctx(), wildcard, ownName(mergedPrefix), data, cond); jet.Conflicted(err) {
			return // the removal of the oldest was still on its way
		} else if err != nil {
			rt.Fatalf("put: %v", err)
		}
	}
}

// log is all of the owner's segments that count.
func (h *history) log() []page.Stored {
	x := h.workers[0].short
	b, err := x.loadSound(h.ctx(), ownerSubject(x.root, h.owner))
	if err != nil {
		h.rt.Fatalf("load: %v", err)
	}
	return b.segs
}

// ageBringsNothingBack checks that whatever the bucket's age limit has taken of the
// log, oldest first, what is left has no item that was replaced or removed.
func (h *history) ageBringsNothingBack() {
	log, now := h.log(), h.clock.now().UnixMilli()
	for i := range log {
		p, err := page.Fold(page.Page{}, log[i:], newestOf(log), now)
		if err != nil {
			h.rt.Fatal(err)
		}
		for k := range p.Len() {
			if v, there := h.model[p.ID(k)]; !there || v.text != p.Text(k) {
				h.rt.Fatalf("without the oldest %d of %d segments %s is %q again", i, len(log), p.ID(k), p.Text(k))
			}
		}
	}
}
