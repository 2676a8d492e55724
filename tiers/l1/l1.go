// Package l1 keeps pages in memory, of owners that were read. Its Cache knows
// how old a page is and up to when it was known to be complete, and nothing of
// where pages come from.
package l1

import (
	"cmp"
	"context"
	"hash/maphash"
	"sync/atomic"
	"time"

	"github.com/allegro/bigcache/v3"

	"github.com/context-manager/context-manager/tiers/page"
)

// Config says how large the cache is, and how long a page is used. The zero
// value of every field means its default.
type Config struct {
	MaxBytes int           // of pages. Default 256 MiB; rounded down to whole MiB, at least 1 MiB; negative keeps none: every read is a load.
	PageLife time.Duration // a page older than this is loaded anew. Default 10 minutes. Tombstones live more than twice as long.
}

// WithDefaults fills in what is not set, as New does: for what depends on it elsewhere.
func (c Config) WithDefaults() Config {
	c.MaxBytes = cmp.Or(c.MaxBytes, 256*mebibyte)
	c.PageLife = cmp.Or(c.PageLife, 10*time.Minute)
	return c
}

// A Cache keeps pages by the key of their owner, of up to 1,000 bytes. Its size
// is set, not grown into: bigcache allocates what it needs up to the limit. That
// is a sixteenth less than MaxBytes, which is for its index and the buffers of
// its shards. It is safe for concurrent use.
type Cache struct {
	cache *bigcache.BigCache
	hash  keyedHash
	hot   *hot
	fresh *stamps
	life  time.Duration
	most  int // bytes of the largest page that is kept, 0 where none is
	lost  losses

	newest  atomic.Int64 // when the page was folded that was folded last by the clock, unix ms
	doubted atomic.Int64 // pages folded until then may hold what a server has lost, unix ms
}

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

// New gives an empty cache, which Close ends. It fails if bigcache does not take
// the settings that are made of cfg, which would be a mistake in here.
func New(cfg Config) (*Cache, error) {
	cfg = cfg.WithDefaults()
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
	return &Cache{cache: cache, hash: hash, hot: newHot(), fresh: newStamps(stampSlots), life: cfg.PageLife, most: most}, nil
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

// Get gives the owner's page, if there is a sound one, and tells whether it is
// young: neither past its life at this time nor doubted. One that is not young
// any more must not be brought up to date, since tombstones of what it holds
// may be gone; it may still be shown when the tier does not answer.
func (c *Cache) Get(key string, now time.Time) (p page.Page, young, ok bool) {
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
		c.lost.aged.Add(1)
	}
	return p, young, true
}

// open copies a page out of bigcache and checks it.
func (c *Cache) open(key string) (page.Page, bool) {
	b, err := c.cache.Get(key)
	if err != nil {
		return page.Page{}, false // absent: the lookup counts as a miss
	}
	p, err := page.Open(b)
	if err != nil {
		c.lost.damaged.Add(1)
		return page.Page{}, false
	}
	return p, true
}

// Set keeps a page in the place of the one before. One that is too large, or that
// bigcache does not take, is counted and not kept.
func (c *Cache) Set(key string, p page.Page) {
	if c.most == 0 {
		return
	}
	b := p.Bytes()
	if len(b) > c.most {
		c.lost.large.Add(1)
		c.drop(key) // an older, smaller page would only cost a delta that grows
		return
	}
	if err := c.cache.Set(key, b); err != nil {
		c.lost.refused.Add(1)
		return
	}
	raise(&c.newest, p.FoldedAt())
	c.hot.set(c.hash.Sum64(key), key, p)
}

func raise(v *atomic.Int64, to int64) {
	for has := v.Load(); to > has && !v.CompareAndSwap(has, to); {
		has = v.Load()
	}
}

func (c *Cache) drop(key string) {
	c.hot.drop(c.hash.Sum64(key), key)
	_ = c.cache.Delete(key) // it fails if there is none, which is as well
}

// Doubt makes every page old that was folded until now, those included that seem to
// be folded later, since the clock was set back.
func (c *Cache) Doubt(now time.Time) {
	ahead := min(c.newest.Load(), now.Add(clockSlack).UnixMilli()) // past which none is young
	c.doubted.Store(max(now.UnixMilli(), ahead))
}

// Confirm notes that this page was complete at a time, and up to a sequence.
// The note is of this version alone: an older page that a slow reader puts back
// does not inherit it.
func (c *Cache) Confirm(key string, p page.Page, at time.Time, upTo uint64) {
	c.fresh.set(c.version(key, p), at, max(upTo, p.Seq()))
}

// Known is when the page was last known to be complete, and up to which
// sequence: what Confirm noted of it, or else when it was folded, and its own.
func (c *Cache) Known(key string, p page.Page) (at time.Time, upTo uint64) {
	folded := time.UnixMilli(p.FoldedAt())
	if at, upTo, ok := c.fresh.get(c.version(key, p)); ok && !at.Before(folded) {
		return at, upTo
	}
	return folded, p.Seq()
}

func (c *Cache) version(key string, p page.Page) uint64 { return c.hash.Sum64(key) ^ p.Seq()*spread }

// Unconfirm forgets what Confirm noted, of every page.
func (c *Cache) Unconfirm() { c.fresh.clear() }

// Close ends what bigcache does in the background. The cache is not to be used afterwards.
func (c *Cache) Close() error { return c.cache.Close() }
