package worker

import (
	"hash/maphash"
	"sync"
	"time"
)

// A seenSet remembers request ids for at least span, in two generations of
// bounded size: when the younger is full or old it becomes the older, and the
// older is forgotten. A flood can shorten its memory, which is no loss of
// safety: a read changes nothing, and answers none but the inbox that was
// signed. The ledger guards what changes something.
type seenSet struct {
	seed  maphash.Seed // of this process: nobody can prepare collisions
	limit int
	span  time.Duration

	mu             sync.Mutex
	younger, older map[uint64]uint64 // request → the delivery that brought it
	turned         time.Time
}

func newSeenSet(limit int, span time.Duration, now time.Time) *seenSet {
	return &seenSet{
		seed: maphash.MakeSeed(), limit: limit, span: span, turned: now,
		younger: make(map[uint64]uint64),
	}
}

// take tells whether this delivery may go on: the request is new here, or the
// same delivery of a job has come again. An ask never comes again.
func (s *seenSet) take(key, id, delivery string, now time.Time) bool {
	request, by := s.hash(key, id), maphash.String(s.seed, delivery)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn(now)
	for _, generation := range [...]map[uint64]uint64{s.younger, s.older} {
		if first, seen := generation[request]; seen {
			return first == by && delivery != askDelivery
		}
	}
	s.younger[request] = by
	return true
}

func (s *seenSet) turn(now time.Time) {
	if len(s.younger) < s.limit && now.Sub(s.turned) < s.span {
		return
	}
	s.older, s.younger, s.turned = s.younger, make(map[uint64]uint64), now
}

func (s *seenSet) hash(key, id string) uint64 {
	return maphash.Comparable(s.seed, [2]string{key, id})
}
