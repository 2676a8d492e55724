package tiers

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// What makes a bucket smaller writes before it removes: deletes, clears, merges and
// collection. In one that is full to its last byte all of them would be refused.
// So the end of a byte limit is kept for them, and a segment that brings items is
// refused before that, as the server would at the limit itself.
//
// How full a bucket is its leader tells whenever it is asked how it is. Between
// two answers a worker goes by what it has written itself, and others write as
// well: so each writes only a share of what is left before it asks again, which
// is once in many stores. Several workers may so come into what is kept, but not
// far: sixteen of them by half of it, and each by the largest message that it sends.

const (
	keptShare = 8         // of a byte limit one part in so many is kept
	mostKept  = 256 << 20 // but no more bytes: it holds dozens of the largest merges
	workers   = 16        // that may write to a bucket at once and leave room
)

// errKept means that what is left of a byte limit is for other than items.
var errKept = errors.New("what is left of the bucket's byte limit is kept for what makes it smaller")

// A space is what is known of the room for items that a bucket's byte limit leaves.
type space struct {
	mu      sync.Mutex
	limited bool
	told    time.Time // when the leader was asked last, by the injected clock
	room    int64     // bytes that were left then
	share   int64     // of which so many may be written before it is asked again
	written int64     // since then, by this worker, what was on its way then included
	flying  int64     // of this worker, on their way now
}

// hearSpace takes from what a leader says how full the bucket is. One that has not
// heard of a majority lately may not know.
func (t *tier) hearSpace(asked time.Time, info *jet.Info) {
	if sinceMajority(info.Cluster) >= t.trusted() {
		return
	}
	s, limit := &t.space, info.Config.MaxBytes
	kept := min(limit/keptShare, mostKept)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limited = limit > 0 && info.Config.Discard == jetstream.DiscardNew
	s.told, s.written = asked, s.flying
	s.room = limit - kept - int64(info.State.Bytes)
	s.share = max(s.room/workers, kept/(2*workers))
	t.tellFilled(float64(info.State.Bytes) / float64(limit-kept))
}

// tellFilled has metrics tell how full the bucket is, if it has a limit. The lock is held.
func (t *tier) tellFilled(share float64) {
	if filled := t.Tiers.met.filled; t.space.limited {
		filled.WithLabelValues(t.label).Set(share)
	} else {
		filled.DeleteLabelValues(t.label)
	}
}

// occupy takes room for a segment that is to be appended, until vacate, if it
// brings items. It asks the leader where this worker has written its share since
// it was asked last, or where there was no room and that was not just now. One
// that does not answer is no reason to refuse: what is written then tells.
func (t *tier) occupy(ctx context.Context, subjectBytes int, data []byte) (bytes int64, err error) {
	s := &t.space
	if !s.isLimited() || !page.Brings(data) {
		return 0, nil
	}
	bytes = int64(subjectBytes + len(data) + messageOverhead)
	if s.take(bytes, s.ofShare) {
		return bytes, nil
	}
	if s.outdated(bytes, t.clock().Add(-t.cfg.Read.Probe)) {
		limited, cancel := jet.Within(ctx, t.cfg.Read.Attempt)
		_, _ = t.refresh(limited)
		cancel()
	}
	if s.take(bytes, s.ofRoom) {
		return bytes, nil
	}
	return 0, fmt.Errorf("%w: %w", errKept, jet.ErrFull)
}

// messageOverhead is what a stored message has besides its subject and its data:
// its record and the headers of a condition.
const messageOverhead = 256

func (s *space) isLimited() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.limited
}

// take takes room if there is enough of what is left.
func (s *space) take(bytes int64, left func() int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if bytes > left() {
		return false
	}
	s.written += bytes
	s.flying += bytes
	return true
}

// ofShare is how much may be written before the leader is asked again.
func (s *space) ofShare() int64 { return min(s.share-s.written, s.ofRoom()) }

// ofRoom is how much may be written by what the leader told last. The limit may
// have gone since this was last asked.
func (s *space) ofRoom() int64 {
	if !s.limited {
		return math.MaxInt64
	}
	return s.room - s.written
}

// outdated tells whether the leader has to be asked before a segment is written
// or refused: it may have room by now, if it was not asked since a time.
func (s *space) outdated(bytes int64, since time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes <= s.ofRoom() || !s.told.After(since)
}

// vacate gives back what was taken: the segment is written by now, or will not be.
func (s *space) vacate(bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flying -= bytes
}
