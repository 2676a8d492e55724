package tiers

import (
	"sync/atomic"
	"time"
)

// stamps remembers when pages were last known to be fresh, without writing a
// page anew at each hit: a table of fixed size, without locks, in which a
// later owner replaces an earlier one of the same slot. What is forgotten is
// only asked for once more.
//
// A slot holds hash^time and time in two words that are not written together;
// a reader that sees halves of two writes gets a hash that is not its own.
type stamps struct {
	slots []stamp
	mask  uint64
}

type stamp struct{ mixed, at atomic.Uint64 }

// newStamps makes a table of at least n slots, 16 bytes each.
func newStamps(n int) *stamps {
	size := 1
	for size < n {
		size *= 2
	}
	return &stamps{slots: make([]stamp, size), mask: uint64(size - 1)}
}

func (s *stamps) set(hash uint64, at time.Time) {
	slot, ms := &s.slots[hash&s.mask], uint64(at.UnixMilli())
	slot.at.Store(ms)
	slot.mixed.Store(hash ^ ms)
}

func (s *stamps) get(hash uint64) (time.Time, bool) {
	slot := &s.slots[hash&s.mask]
	ms := slot.at.Load()
	if ms == 0 || slot.mixed.Load()^ms != hash {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(ms)), true
}
