package l1

import (
	"cmp"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/context-manager/context-manager/tiers/page"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// put is a segment that stores an item, as it lies at a sequence.
func put(seq uint64, at time.Time, text string) page.Stored {
	it := page.Item{ID: "a", Level: page.Immediate, Role: page.User, Text: text, Time: 1, Importance: -1, LineTokens: 3, TextTokens: 2}
	s := page.Segment{At: at.UnixMilli(), Entries: []page.Entry{{Kind: page.Put, At: at.UnixMilli(), Item: it}}}
	return page.Stored{Name: "r", Seq: seq, Data: page.AppendSegment(nil, s)}
}

// folded is a page of one item, folded at a time and complete up to a sequence.
func folded(t *testing.T, seq uint64, at time.Time, text string) page.Page {
	t.Helper()
	p, err := page.Fold(page.Page{}, []page.Stored{put(seq, at, text)}, seq, at.UnixMilli())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func smallPage(t *testing.T, seq uint64, at time.Time) page.Page {
	t.Helper()
	return folded(t, seq, at, fmt.Sprint(seq))
}

// newCache gives a cache of a mebibyte, and pages of a minute's life, if it is not told otherwise.
func newCache(t *testing.T, cfg Config) *Cache {
	t.Helper()
	c, err := New(Config{MaxBytes: cmp.Or(cfg.MaxBytes, mebibyte), PageLife: cmp.Or(cfg.PageLife, time.Minute)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestL1GivesWhatWasSetLast(t *testing.T) {
	t.Parallel()
	c, at := newCache(t, Config{MaxBytes: 4 << 20}), time.UnixMilli(1e12)
	for seq := uint64(1); seq < 50; seq++ {
		c.Set("k", smallPage(t, seq, at))
		if seq%7 == 0 {
			runtime.GC() // forgets where pages lie; bigcache has them
		}
		p, young, ok := c.Get("k", at)
		if !ok || !young || p.Seq() != seq {
			t.Fatalf("got %d, %v, %v; want %d", p.Seq(), young, ok, seq)
		}
	}
	c.drop("k")
	if _, _, ok := c.Get("k", at); ok {
		t.Fatal("a dropped page is still there")
	}
}

// A page that was folded while the clock was ahead is old, not young until the
// clock has come so far again: tombstones of what it holds are gone by then.
func TestPagesFromTheFutureAreNotYoung(t *testing.T) {
	t.Parallel()
	c, now := newCache(t, Config{}), time.UnixMilli(1e12)
	for ahead, want := range map[time.Duration]bool{0: true, time.Minute: true, time.Hour: false, 24 * time.Hour: false} {
		c.Set("k", smallPage(t, 1, now.Add(ahead)))
		if _, young, ok := c.Get("k", now); !ok || young != want {
			t.Errorf("folded %v ahead: there %v, young %v; want %v", ahead, ok, young, want)
		}
	}
}

// What is doubted is doubted, though the clock was set back since it was folded, and
// what is folded later is not, by when the clock has come so far again.
func TestPagesFromTheFutureAreDoubted(t *testing.T) {
	t.Parallel()
	c, now := newCache(t, Config{}), time.UnixMilli(1e12)
	young := func(key string, at time.Time) bool {
		_, young, ok := c.Get(key, at)
		return ok && young
	}
	c.Set("far", smallPage(t, 1, now.Add(24*time.Hour)))
	c.Set("near", smallPage(t, 1, now.Add(2*time.Minute)))
	if !young("near", now) {
		t.Error("a page that is not doubted is not young")
	}
	c.Doubt(now)
	if young("near", now) {
		t.Error("a page that is doubted is young")
	}
	later := now.Add(clockSlack + time.Second)
	c.Set("later", smallPage(t, 2, later))
	if !young("later", later) {
		t.Error("a page that was folded since is doubted")
	}
}

// A page that a slow reader puts back must not be taken for as fresh as the
// newer one that was confirmed.
func TestConfirmationsAreOfOneVersion(t *testing.T) {
	t.Parallel()
	c, at := newCache(t, Config{}), time.UnixMilli(1e12)
	older, newer := smallPage(t, 1, at), smallPage(t, 2, at)
	c.Confirm("k", newer, at.Add(30*time.Second), 7)
	for _, want := range []struct {
		name, key string
		page      page.Page
		at        time.Time
		upTo      uint64
	}{
		{"the older page", "k", older, at, older.Seq()},
		{"the newer one", "k", newer, at.Add(30 * time.Second), 7},
		{"another owner's", "other", newer, at, newer.Seq()},
	} {
		if got, upTo := c.Known(want.key, want.page); !got.Equal(want.at) || upTo != want.upTo {
			t.Errorf("%s is known fresh at %v, up to %d; want %v, %d", want.name, got, upTo, want.at, want.upTo)
		}
	}
}

// Nobody can work out which ids share a slot of the cache: the hash has a key
// of this process's own.
func TestCacheHashingIsKeyed(t *testing.T) {
	t.Parallel()
	one, two := newCache(t, Config{}), newCache(t, Config{})
	if key := "$KV.ctx_short.acme.s.>"; one.hash.Sum64(key) == two.hash.Sum64(key) {
		t.Error("two caches hash a key alike")
	}
}

func TestL1StaysWithinItsBytes(t *testing.T) {
	t.Parallel()
	const most = 4 << 20
	c, at := newCache(t, Config{MaxBytes: most}), time.UnixMilli(1e12)
	for i := range 60_000 {
		c.Set(fmt.Sprint("owner", i), smallPage(t, 1, at))
	}
	if used := c.Stats().Bytes; used > most {
		t.Fatalf("%d bytes of at most %d", used, most)
	}
	if _, _, ok := c.Get("owner59999", at); !ok {
		t.Fatal("the newest page is not there")
	}
}

// A worker may have no cache: every read is a load then, and nothing is lost by it.
func TestAnL1OfNothingKeepsNothing(t *testing.T) {
	t.Parallel()
	c, at := newCache(t, Config{MaxBytes: -1}), time.UnixMilli(1e12)
	c.Set("k", smallPage(t, 1, at))
	if _, _, ok := c.Get("k", at); ok || c.Stats().Pages != 0 || c.Stats().Large != 0 {
		t.Errorf("a page is there: %v; %d in the cache, %d counted as too large", ok, c.Stats().Pages, c.Stats().Large)
	}
}

func TestShardsAreLargeEnoughForPages(t *testing.T) {
	t.Parallel()
	for megabytes, want := range map[int]int{1: 1, 31: 1, 32: 2, 64: 4, 256: 16, 1024: 64, 4096: 64} {
		if got := shardsFor(megabytes); got != want {
			t.Errorf("%d MiB in %d shards; want %d", megabytes, got, want)
		}
	}
}

// bigcache keeps a buffer for the largest entry of each shard. Were every shard
// to take a page as large as is kept, they would come to an eighth of L1.
func TestWhatBigcacheKeepsBesideL1IsBounded(t *testing.T) {
	t.Parallel()
	for _, megabytes := range []int{16, 64, 100, 256, 1000, 4096} {
		c := newCache(t, Config{MaxBytes: megabytes * mebibyte})
		if beside := shardsFor(megabytes) * (c.most + entryExtra); beside > megabytes*mebibyte/8 && beside > mostPage {
			t.Errorf("%d MiB: buffers of %d bytes; want an eighth at most", megabytes, beside)
		}
	}
}

// Each loss is counted as what it is: what is dropped without being there is none.
func TestLossesAreCountedAsWhatTheyAre(t *testing.T) {
	t.Parallel()
	c, at := newCache(t, Config{MaxBytes: 1 << 20}), time.UnixMilli(1e12)
	counted := func() [4]uint64 {
		s := c.Stats()
		return [4]uint64{s.Damaged, s.Aged, s.Large, s.Refused}
	}
	c.drop("nobody's")
	c.Set("k", smallPage(t, 1, at))
	if _, young, _ := c.Get("k", at.Add(time.Hour)); young || counted() != [4]uint64{1: 1} {
		t.Errorf("a page past its life: damaged, aged, large, refused %v", counted())
	}
	c.most = 2 << 20 // as if a shard held that much
	if c.Set("k", folded(t, 1, at, strings.Repeat("word ", 300_000))); counted() != [4]uint64{1: 1, 3: 1} {
		t.Errorf("a page that bigcache refuses: damaged, aged, large, refused %v", counted())
	}
}

// Half of one write and half of another must read as nothing.
func TestStampsDoNotMixOwners(t *testing.T) {
	t.Parallel()
	s := newStamps(1)
	one, other := uint64(1)<<40, uint64(2)<<40
	s.set(one, time.UnixMilli(5), 3)
	if at, upTo, ok := s.get(one); !ok || at.UnixMilli() != 5 || upTo != 3 {
		t.Fatalf("%v, %d, %v", at, upTo, ok)
	}
	if _, _, ok := s.get(other); ok {
		t.Fatal("an owner has another's stamp")
	}
	s.slots[0].at.Store(9) // the first part of a write
	if _, _, ok := s.get(one); ok {
		t.Fatal("a torn stamp was read")
	}
	s.set(one, time.UnixMilli(5), 3)
	s.slots[0].upTo.Store(9)
	if _, _, ok := s.get(one); ok {
		t.Fatal("a torn stamp was read")
	}
}
