package worker

import (
	"hash/maphash"
	"sync"
	"time"

	"github.com/context-manager/context-manager/worker/generations"
)

// A seenSet remembers request ids for at least span, in generations that turn
// when they are old, too. A flood can shorten its memory, which is no loss of
// safety: a read changes nothing, and answers none but the inbox that was
// signed. The ledger guards what changes something.
type seenSet struct {
	seed maphash.Seed // of this process: nobody can prepare collisions
	span time.Duration

	mu     sync.Mutex
	seen   generations.Map[uint64] // request → the delivery that brought it
	turned time.Time
}

func newSeenSet(limit int, span time.Duration, now time.Time) *seenSet {
	return &seenSet{seed: maphash.MakeSeed(), span: span, turned: now, seen: generations.New[uint64](limit)}
}

// take tells whether this delivery may go on, as knows does, and remembers it.
func (s *seenSet) take(key, id, delivery string, now time.Time) bool {
	request := s.hash(key, id)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn(now)
	if by, seen := s.seen.Find(request); seen {
		return s.same(by, delivery)
	}
	s.seen.Set(request, maphash.String(s.seed, delivery))
	return true
}

// knows tells whether another delivery had the request before. The same
// delivery of a job may come again; an ask never does.
func (s *seenSet) knows(key, id, delivery string) bool {
	request := s.hash(key, id)
	s.mu.Lock()
	defer s.mu.Unlock()
	by, seen := s.seen.Find(request)
	return seen && !s.same(by, delivery)
}

func (s *seenSet) same(by uint64, delivery string) bool {
	return by == maphash.String(s.seed, delivery) && delivery != askDelivery
}

func (s *seenSet) turn(now time.Time) {
	if s.seen.Full() || now.Sub(s.turned) >= s.span {
		s.seen.Turn()
		s.turned = now
	}
}

func (s *seenSet) hash(key, id string) uint64 {
	return maphash.Comparable(s.seed, [2]string{key, id})
}
