package tiers

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

// fillBucket stores items of so many bytes to sessions of their own until one is refused,
// and gives their number and the error.
func (w *world) fillBucket(bytes int) (stored int, err error) {
	w.t.Helper()
	text := strings.Repeat("x", bytes)
	for ; stored < 10_000; stored++ {
		o := session(fmt.Sprint("full", stored))
		if _, err = w.Append(w.t.Context(), o, ownName("r"), puts(w.clock.now(), item("a", text)), page.Condition{}); err != nil {
			return stored, err
		}
	}
	w.t.Fatal("the bucket takes all")
	return 0, nil
}

// A bucket that takes no more items can be made smaller all the same: what is
// deleted, cleared, merged and collected has room.
func TestWhatMakesAFullBucketSmallerHasRoom(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Streams.ShortMaxBytes = 64 << 10 })
	long := session("long")
	for i := range w.cfg.Compact.Segments + 4 {
		w.store(long, fmt.Sprint("i", i), "text")
	}
	stored, err := w.fillBucket(500)
	if !jet.Full(err) || !messages.HasCode(err, messages.CodeUnavailable) {
		t.Fatalf("after %d: %v; want unavailable because it is full", stored, err)
	}
	if _, err := w.Append(t.Context(), long, "d", deletes(w.clock.now(), "i0"), page.Condition{}); err != nil {
		t.Errorf("a delete: %v", err)
	}
	if done, err := w.Compact(t.Context(), long); !done || err != nil {
		t.Errorf("compacted %v, %v", done, err)
	}
	for i := range stored / 3 {
		cleared := page.AppendSegment(nil, page.Segment{At: w.clock.now().UnixMilli(), Entries: []page.Entry{{Kind: page.Clear, At: w.clock.now().UnixMilli()}}})
		if _, err := w.Append(t.Context(), session(fmt.Sprint("full", i)), "c", cleared, page.Condition{}); err != nil {
			t.Fatalf("clear %d: %v", i, err)
		}
	}
	w.clock.advance(w.cfg.tombstoneLife() + time.Second)
	if err := w.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.clock.advance(w.cfg.Read.Probe) // else what was just heard is believed
	if again, err := w.fillBucket(500); again < stored/6 {
		t.Errorf("once it is collected it takes %d items of %d, then %v", again, stored, err)
	}
	if _, got := w.see(long, page.Freshness{Reload: true}); strings.Contains(got, "i0=") || !strings.Contains(got, "i1=text") {
		t.Errorf("the session has %q", got)
	}
}

// Several workers together do not come far into what is kept.
func TestWorkersTogetherLeaveWhatIsKept(t *testing.T) {
	t.Parallel()
	const limit = 1 << 20
	first := newWorld(t, func(c *Config) { c.Streams.ShortMaxBytes = limit })
	var all sync.WaitGroup
	for i := range workers / 2 {
		w := first
		if i > 0 {
			w = onServer(t, first.server, first.clock)
		}
		all.Go(func() {
			if stored, err := w.fillBucket(1000); !errors.Is(err, errKept) {
				t.Errorf("after %d: %v; want that it is kept", stored, err)
			}
		})
	}
	all.Wait()
	info, err := first.short.info(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if most := uint64(limit - limit/keptShare/2); info.State.Bytes > most || info.State.Bytes < limit/2 {
		t.Errorf("%d bytes are stored; want %d at most, and not few", info.State.Bytes, most)
	}
}

// A worker asks once in many stores how full a bucket is, and not at all of one
// that has no limit.
func TestStoresSeldomAskHowFullABucketIs(t *testing.T) {
	t.Parallel()
	for limit, most := range map[int64]int{-1: 0, 64 << 20: 0, 1 << 20: 16} {
		w := newWorld(t, func(c *Config) { c.Streams.ShortMaxBytes = limit })
		asked := natstest.Count(t, w.nc, "$JS.API.STREAM.INFO."+w.short.stream.Name)
		for i := range 200 {
			w.store(session("s"), fmt.Sprint("i", i), strings.Repeat("x", 1000))
		}
		if n := asked(); n > most || most > 0 && n == 0 {
			t.Errorf("with a limit of %d: asked %d times; want %d at most", limit, n, most)
		}
	}
}

// What a worker counts of its own is no less than what the stream has of it.
func TestWhatAWorkerWritesIsCountedInFull(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Streams.ShortMaxBytes = 64 << 20 })
	for i := range 20 {
		segment := puts(w.clock.now(), item(fmt.Sprint("i", i), ""))
		seen := page.Condition{Unchanged: true, LastSegment: uint64(i), Again: true}
		if _, err := w.Append(t.Context(), session("s"), ownName("r"), segment, seen); err != nil {
			t.Fatal(err)
		}
	}
	counted := w.short.space.written
	info, err := w.short.info(t.Context(), "")
	if have := int64(info.State.Bytes); err != nil || counted < have || counted > 3*have {
		t.Errorf("%d bytes are counted of %d, %v", counted, have, err)
	}
}

// That there is no room is believed for the time of a probe, and then asked again:
// with more room, or without a limit, items are taken.
func TestAFullBucketIsAskedAgainForRoom(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Streams.ShortMaxBytes = 64 << 10 })
	for _, more := range []int64{128 << 10, -1} {
		if _, err := w.fillBucket(1000); !errors.Is(err, errKept) {
			t.Fatalf("%v; want that it is kept", err)
		}
		w.updateStream(w.short, func(c *jetstream.StreamConfig) { c.MaxBytes = more })
		again := func() error {
			_, err := w.Append(t.Context(), session("s"), ownName("r"), puts(w.clock.now(), item("a", "1")), page.Condition{})
			return err
		}
		w.clock.advance(w.cfg.Read.Probe - time.Millisecond)
		if _, err := w.fillBucket(1000); !errors.Is(err, errKept) {
			t.Errorf("a moment later: %v; want that it is kept", err)
		}
		w.clock.advance(time.Millisecond)
		if err := again(); err != nil {
			t.Errorf("with a limit of %d: %v", more, err)
		}
	}
}

// A leader that cannot be asked does not keep items from being stored.
func TestALeaderThatDoesNotTellHowFullABucketIsRefusesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Streams.ShortMaxBytes = 64 << 10 })
	w.short.space.share = 0
	w.short.stream.Name = "KV_nowhere"
	w.store(session("s"), "a", "1")
}

// What is on its way is not in what a leader tells, and counts all the same. What
// a leader tells that was cut off, and what it tells of a stream that drops the
// oldest, does not.
func TestHowMuchRoomABucketHas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	x, now := w.short, w.clock.now()
	tell := func(bytes uint64, change func(*jet.Info)) {
		info := &jet.Info{}
		info.Config.MaxBytes, info.Config.Discard, info.State.Bytes = 800, jetstream.DiscardNew, bytes
		change(info)
		x.hearSpace(now, info)
	}
	same := func(*jet.Info) {}
	filled := func() float64 { return metric(t, w.reg, "context_manager_bucket_filled_ratio", "tier", "l2") }
	tell(350, same)
	if got := filled(); got != 0.5 {
		t.Errorf("with half of its room used it is filled by %v", got)
	}
	tell(400, same)
	if room := x.space.ofRoom(); room != 300 || !x.space.isLimited() {
		t.Errorf("there is room for %d bytes; want 300", room)
	}
	if !x.space.take(300, x.space.ofRoom) || x.space.take(1, x.space.ofRoom) {
		t.Error("not just as much is taken as there is")
	}
	tell(500, same)
	if room := x.space.ofRoom(); room != -100 {
		t.Errorf("with 300 on their way there is room for %d bytes; want 100 too few", room)
	}
	x.space.vacate(300)
	tell(0, func(i *jet.Info) {
		i.Cluster = &jetstream.ClusterInfo{Leader: "a", Replicas: []*jetstream.PeerInfo{{Name: "b", Active: time.Hour}, {Name: "c", Active: time.Hour}}}
	})
	if room := x.space.ofRoom(); room != -100 {
		t.Errorf("by the word of a leader that was cut off there is room for %d bytes", room)
	}
	for name, change := range map[string]func(*jet.Info){
		"of the newest": func(i *jet.Info) { i.Config.Discard = jetstream.DiscardOld },
		"without bytes": func(i *jet.Info) { i.Config.MaxBytes = -1 },
	} {
		tell(400, same)
		if tell(400, change); x.space.isLimited() || testutil.CollectAndCount(w.met.filled) != 0 {
			t.Errorf("a stream %s is limited, or said to be filled", name)
		}
	}
}
