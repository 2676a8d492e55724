package l1

import "sync/atomic"

// losses counts why pages were not kept or not used.
type losses struct{ damaged, aged, large, refused atomic.Uint64 }

// Stats is what a cache holds, and what it has lost since it was made.
type Stats struct {
	Pages int // that it holds
	Bytes int // that it has allocated for them

	Damaged uint64 // pages that failed their check
	Aged    uint64 // times that a page was too old, or doubted
	Large   uint64 // pages that were too large to keep
	Refused uint64 // pages that bigcache did not take, though they are not too large
}

// Stats is how the cache stands now.
func (c *Cache) Stats() Stats {
	return Stats{
		Pages: c.cache.Len(), Bytes: c.cache.Capacity(),
		Damaged: c.lost.damaged.Load(), Aged: c.lost.aged.Load(), Large: c.lost.large.Load(), Refused: c.lost.refused.Load(),
	}
}
