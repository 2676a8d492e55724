package tiers

import (
	"context"
	"errors"
	"hash/maphash"
	"strings"
	"sync"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// A compactor merges the logs of owners that have grown past Compact.Segments,
// or have too much in them that is superseded. Writers count what they append
// and readers see what a log has; both only put the owner in a bounded queue.
// What is not noticed or does not fit is found by garbage collection.
type compactor struct {
	*Tiers
	queue chan string // wildcard subjects

	mu      sync.Mutex
	waiting map[string]struct{} // queued or being compacted
	writes  map[uint64]written  // by this worker since the owner was last queued, by a hash of its wildcard
	seed    maphash.Seed

	outlines outlines
}

// maxCounted bounds how many owners' writes are counted at once. Their names would
// take more than the counts, by much. Two whose hashes are the same are counted
// together, and one of them is looked at sooner.
const maxCounted = 1 << 16

func newCompactor(t *Tiers) *compactor {
	return &compactor{
		Tiers: t, queue: make(chan string, t.cfg.Compact.Queue),
		waiting: make(map[string]struct{}), writes: make(map[uint64]written), seed: maphash.MakeSeed(),
		outlines: outlines{from: outlineFrom},
	}
}

// A written is what was appended to one owner.
type written struct{ segments, bytes int }

const (
	// writesPerQueueing is how many times Compact.Segments a worker appends to an
	// owner before it queues it by itself. A burst of writes is so compacted half
	// as often; who reads notices sooner.
	writesPerQueueing = 2
	// bytesPerQueueing is how many bytes a worker appends to an owner before it
	// queues it by itself: what is large may supersede what is as large.
	bytesPerQueueing = 4 << 20
)

// enough tells whether an owner is to be queued for what was appended to it.
func (w written) enough(cfg Compact) bool {
	return w.segments > writesPerQueueing*cfg.Segments || w.bytes > bytesPerQueueing
}

// wrote counts one segment that was appended for the owner.
func (t *Tiers) wrote(wildcard string, bytes int) {
	c := t.compactor
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.writes) >= maxCounted {
		clear(c.writes) // forgetting costs a compaction that comes later
	}
	owner := c.hash(wildcard)
	w := c.writes[owner]
	w.segments, w.bytes = w.segments+1, w.bytes+bytes
	c.writes[owner] = w
	if w.enough(t.cfg.Compact) {
		c.enqueue(wildcard)
	}
}

func (c *compactor) hash(wildcard string) uint64 { return maphash.String(c.seed, wildcard) }

// notice is told how many segments an owner that was read has.
func (t *Tiers) notice(wildcard string, segments int) {
	if segments > t.cfg.Compact.Segments {
		t.urge(wildcard)
	}
}

// noticeWaste is told what a log is that was loaded whole, if that is large.
func (t *tier) noticeWaste(wildcard string, segs []page.Stored) {
	if sizeOfLog(segs) <= t.wasteAllowed() {
		return
	}
	if pieces, err := t.weigh(segs); err == nil && wasted(pieces, t.wasteAllowed()) < len(pieces) {
		t.compactor.outlines.forget(wildcard) // it does not tell of that
		t.urge(wildcard)
	}
}

// urge queues an owner to be compacted.
func (t *Tiers) urge(wildcard string) {
	t.compactor.mu.Lock()
	defer t.compactor.mu.Unlock()
	t.compactor.enqueue(wildcard)
}

// enqueue queues an owner once. The lock is held.
func (c *compactor) enqueue(wildcard string) {
	if _, ok := c.waiting[wildcard]; ok || c.cfg.Compact.Disabled {
		return
	}
	select {
	case c.queue <- wildcard:
		c.waiting[wildcard] = struct{}{}
		delete(c.writes, c.hash(wildcard))
		c.met.compactQueue.Set(float64(len(c.waiting)))
	default:
		c.met.compactMissed.Inc()
	}
}

// run compacts what is queued until ctx ends.
func (c *compactor) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case wildcard := <-c.queue:
			if err := c.one(ctx, wildcard); err != nil && ctx.Err() == nil {
				c.log.Debug().Err(err).Msg("a log was not compacted; it will be tried again")
			}
			c.finished(wildcard)
		}
	}
}

// finished lets an owner be queued again, and does so if enough was written to
// it while it was being compacted.
func (c *compactor) finished(wildcard string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.waiting, wildcard)
	if c.writes[c.hash(wildcard)].enough(c.cfg.Compact) {
		c.enqueue(wildcard)
	}
	c.met.compactQueue.Set(float64(len(c.waiting)))
}

// compactTime bounds one compaction: far below a tombstone's life, so that a
// merge made of an old view of the log cannot land after the tombstones that
// would bury what it holds are gone.
const compactTime = 30 * time.Second

// compactTries is how often a log is read because its oldest segment went
// meanwhile: another worker merged it, or the removals of the merge before were
// still on their way, to the server or from it to a replica, which is given a
// pause. Nobody might notice the log again for hours.
const compactTries = 3

func (c *compactor) one(ctx context.Context, wildcard string) error {
	limited, cancel := jet.Within(ctx, compactTime)
	defer cancel()
	x := c.short
	if !strings.HasPrefix(wildcard, x.root) {
		x = c.long
	}
	tries := 0
	_, err := jet.Retry(limited, c.cfg.Write.Backoff, func() (bool, error) {
		tries++
		merged, err := x.compact(limited, wildcard)
		if ctx.Err() == nil { // else the worker stops, and nothing failed
			c.met.compactions.WithLabelValues(compactionOutcome(err)).Inc()
		}
		return merged, jet.PermanentIf(err, !jet.Conflicted(err) || tries == compactTries)
	})
	return err
}

const compactionFailed = "failed"

func compactionOutcome(err error) string {
	switch {
	case err == nil:
		return "done"
	case errors.Is(err, errNotNeeded):
		return "not_needed"
	case jet.Conflicted(err):
		return "conflict"
	default:
		return compactionFailed
	}
}

// Compact merges the log of one owner now if it has more segments than
// Compact.Segments, and tells whether it did. Nobody has to call it: Run does.
func (t *Tiers) Compact(ctx context.Context, o messages.Owner) (bool, error) {
	x, err := t.tierOf(o)
	if err != nil {
		return false, err
	}
	merged, err := x.compact(ctx, ownerSubject(x.root, o))
	if errors.Is(err, errNotNeeded) || jet.Conflicted(err) {
		return false, nil
	}
	if err != nil {
		return false, x.unavailable(err)
	}
	return merged, nil
}
