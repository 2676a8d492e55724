package analyze

import (
	"hash/maphash"
	"sync"
)

// A cache remembers a value for each of the most used short byte strings. It
// holds at most twice its limit: when the young half is full it becomes the
// old half, and what is read from the old half moves back to the young one,
// so words in use stay. It is safe for concurrent use.
type cache[V any] struct {
	seed   maphash.Seed
	shards [16]shard[V]
}

type shard[V any] struct {
	mu    sync.RWMutex
	limit int
	young map[string]V
	old   map[string]V
}

func newCache[V any](limit int) *cache[V] {
	c := &cache[V]{seed: maphash.MakeSeed()}
	for i := range c.shards {
		c.shards[i].limit = max(1, limit/len(c.shards))
		c.shards[i].young = make(map[string]V)
	}
	return c
}

// get returns the value of key and the shard that put wants.
func (c *cache[V]) get(key []byte) (value V, s *shard[V], ok bool) {
	s = &c.shards[maphash.Bytes(c.seed, key)%uint64(len(c.shards))]
	s.mu.RLock()
	value, ok = s.young[string(key)]
	if ok {
		s.mu.RUnlock()
		return value, s, true
	}
	value, ok = s.old[string(key)]
	s.mu.RUnlock()
	if ok {
		s.put(key, value)
	}
	return value, s, ok
}

func (s *shard[V]) put(key []byte, value V) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.young) >= s.limit {
		s.old, s.young = s.young, make(map[string]V, s.limit)
	}
	s.young[string(key)] = value
}
