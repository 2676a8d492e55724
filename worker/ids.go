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

// take tells whether this delivery may go on, as knows does, and remembers it.
func (s *seenSet) take(key, id, delivery string, now time.Time) bool {
	request := s.hash(key, id)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn(now)
	if by, seen := s.find(request); seen {
		return s.same(by, delivery)
	}
	s.younger[request] = maphash.String(s.seed, delivery)
	return true
}

// knows tells whether another delivery had the request before. The same
// delivery of a job may come again; an ask never does.
func (s *seenSet) knows(key, id, delivery string) bool {
	request := s.hash(key, id)
	s.mu.Lock()
	defer s.mu.Unlock()
	by, seen := s.find(request)
	return seen && !s.same(by, delivery)
}

func (s *seenSet) find(request uint64) (by uint64, seen bool) {
	for _, generation := range [...]map[uint64]uint64{s.younger, s.older} {
		if by, seen = generation[request]; seen {
			return by, true
		}
	}
	return 0, false
}

func (s *seenSet) same(by uint64, delivery string) bool {
	return by == maphash.String(s.seed, delivery) && delivery != askDelivery
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
