package l1

import (
	"sync/atomic"
	"time"
)

// stamps remembers when pages were last known to be fresh, and up to which
// sequence, without writing a page anew at each hit: a table of fixed size,
// without locks, in which a later owner replaces an earlier one of the same
// slot. What is forgotten is only asked for once more.
//
// A slot holds time, sequence, and the hash mixed with both, in words that are
// not written together; a reader that sees parts of two writes gets a hash that
// is not its own.
type stamps struct {
	slots []stamp
	mask  uint64
}

type stamp struct{ mixed, at, upTo atomic.Uint64 }

// newStamps makes a table of at least n slots, 24 bytes each.
func newStamps(n int) *stamps {
	size := 1
	for size < n {
		size *= 2
	}
	return &stamps{slots: make([]stamp, size), mask: uint64(size - 1)}
}

func (s *stamps) set(hash uint64, at time.Time, upTo uint64) {
	slot, ms := &s.slots[hash&s.mask], uint64(at.UnixMilli())
	slot.at.Store(ms)
	slot.upTo.Store(upTo)
	slot.mixed.Store(mix(hash, ms, upTo))
}

func (s *stamps) get(hash uint64) (at time.Time, upTo uint64, ok bool) {
	slot := &s.slots[hash&s.mask]
	ms, upTo := slot.at.Load(), slot.upTo.Load()
	if ms == 0 || slot.mixed.Load() != mix(hash, ms, upTo) {
		return time.Time{}, 0, false
	}
	return time.UnixMilli(int64(ms)), upTo, true
}

// clear forgets everything.
func (s *stamps) clear() {
	for i := range s.slots {
		s.slots[i].at.Store(0)
	}
}

func mix(hash, ms, upTo uint64) uint64 { return hash ^ ms ^ upTo*spread }

const spread = 0x9e3779b97f4a7c15 // 2^64 divided by the golden ratio
