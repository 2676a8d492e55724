package tiers

import (
	"context"
	"hash/maphash"
	"sync/atomic"
	"time"

	"github.com/allegro/bigcache/v3"

	"github.com/context-manager/context-manager/tiers/page"
)

// An l1 caches pages by the wildcard subject of their owner. Its size is set,
// not grown into: bigcache allocates what it needs up to the limit. That is a
// sixteenth less than L1's, which is for its index and the buffers of its shards.
type l1 struct {
	cache  *bigcache.BigCache
	hash   keyedHash
	hot    *hot
	fresh  *stamps
	life   time.Duration
	most   int // bytes of the largest page that is kept, 0 where none is
	misses lossCounts

	doubted atomic.Int64 // pages folded until then may hold what a server has lost, unix ms
}

// lossCounts says why pages were not kept or not used.
type lossCounts struct{ damaged, aged, large, refused atomic.Uint64 }

// keyedHash keeps callers from choosing ids that share a slot, and so from
// pushing others' pages out.
type keyedHash struct{ seed maphash.Seed }

func (h keyedHash) Sum64(key string) uint64 { return maphash.String(h.seed, key) }

const (
	mebibyte       = 1 << 20
	maxShards      = 64
	shardMegabytes = 16 // of each shard, if L1 has as much
	stampSlots     = 1 << 16
	entryExtra     = 1 << 10 // more than bigcache's header and a key: what an entry needs beside the page

	// mostPage is the largest page that is kept: one of 10,000 ordinary turns.
	// Beside each shard bigcache has a buffer as large as the largest entry
	// that it took, for ever, which it does not count.
	mostPage = 2 * mebibyte

	// clockSlack is how far ahead a page may have been folded: more, and the clock
	// was set back since, by which the page would be young long past its life.
	clockSlack = 3 * time.Minute
)

func newL1(cfg L1) (*l1, error) {
	megabytes := max(1, cfg.MaxBytes/mebibyte)
	pages := megabytes - megabytes/16
	shards := shardsFor(megabytes)
	hash := keyedHash{seed: maphash.MakeSeed()}
	cache, err := bigcache.New(context.Background(), bigcache.Config{
		Shards:             shards,
		LifeWindow:         max(6*cfg.PageLife, time.Hour), // for outages; in normal times the page's own age decides
		CleanWindow:        10 * time.Second,
		MaxEntriesInWindow: shards, // start small: a shard grows by doubling
		MaxEntrySize:       4 << 10,
		HardMaxCacheSize:   pages,
		Hasher:             hash,
	})
	if err != nil {
		return nil, err
	}
	share := pages * mebibyte / shards
	most := min(share/2, mostPage) - entryExtra
	if cfg.MaxBytes < 0 {
		most = 0
	}
	return &l1{cache: cache, hash: hash, hot: newHot(), fresh: newStamps(stampSlots), life: cfg.PageLife, most: most}, nil
}

// shardsFor gives each shard 16 MiB if it can: an entry above a shard's share
// would evict the whole shard and then fail, and fewer shards have fewer buffers.
func shardsFor(megabytes int) int {
	shards := 1
	for shards < maxShards && megabytes/(shards*2) >= shardMegabytes {
		shards *= 2
	}
	return shards
}

// get gives the owner's page, if there is a sound one. One that is not young
// any more must not be brought up to date, since tombstones of what it holds
// may be gone; it may still be shown when the tier does not answer.
func (c *l1) get(key string, now time.Time) (p page.Page, young, ok bool) {
	hash := c.hash.Sum64(key)
	if p, ok = c.hot.get(hash, key); !ok {
		if p, ok = c.open(key); !ok {
			return page.Page{}, false, false
		}
		c.hot.set(hash, key, p)
	}
	age := now.Sub(time.UnixMilli(p.FoldedAt()))
	young = age < c.life && age > -clockSlack && p.FoldedAt() > c.doubted.Load()
	if !young {
		c.misses.aged.Add(1)
	}
	return p, young, true
}

// open copies a page out of bigcache and checks it.
func (c *l1) open(key string) (page.Page, bool) {
	b, err := c.cache.Get(key)
	if err != nil {
		return page.Page{}, false // absent: the lookup counts as a miss
	}
	p, err := page.Open(b)
	if err != nil {
		c.misses.damaged.Add(1)
		return page.Page{}, false
	}
	return p, true
}

// set keeps a page. One too large for a shard is counted and not kept.
func (c *l1) set(key string, p page.Page) {
	if c.most == 0 {
		return
	}
	b := p.Bytes()
	if len(b) > c.most {
		c.misses.large.Add(1)
		c.drop(key) // an older, smaller page would only cost a delta that grows
		return
	}
	if err := c.cache.Set(key, b); err != nil {
		c.misses.refused.Add(1)
		return
	}
	c.hot.set(c.hash.Sum64(key), key, p)
}

func (c *l1) drop(key string) {
	c.hot.drop(c.hash.Sum64(key), key)
	_ = c.cache.Delete(key) // it fails if there is none, which is as well
}

// doubt makes every page old that was folded until now.
func (c *l1) doubt(now time.Time) { c.doubted.Store(now.UnixMilli()) }

// confirm notes that this page was complete at a time, and up to a sequence.
// The note is of this version alone: an older page that a slow reader puts back
// does not inherit it.
func (c *l1) confirm(key string, p page.Page, at time.Time, upTo uint64) {
	c.fresh.set(c.version(key, p), at, max(upTo, p.Seq()))
}

// known is when the page was last known to be complete, and up to where.
func (c *l1) known(key string, p page.Page) (at time.Time, upTo uint64) {
	folded := time.UnixMilli(p.FoldedAt())
	if at, upTo, ok := c.fresh.get(c.version(key, p)); ok && !at.Before(folded) {
		return at, upTo
	}
	return folded, p.Seq()
}

func (c *l1) version(key string, p page.Page) uint64 { return c.hash.Sum64(key) ^ p.Seq()*spread }

func (c *l1) close() error { return c.cache.Close() }
