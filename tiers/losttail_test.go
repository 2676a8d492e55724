package tiers

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/page"
)

// A server that lost its newest messages gives their sequences to others. Pages
// that hold the lost ones are not read on from there.
func TestPagesAreLoadedAnewWhenTheServerLostItsTail(t *testing.T) {
	t.Parallel()
	f := newForgetful(t)
	w := onServer(t, f.server, newClock())
	w.background()
	w.store(session("s"), "a", "kept")
	f.keep()
	await.That(t, "writes work again", func() bool {
		_, err := w.Append(t.Context(), session("s"), "lost", puts(w.clock.now(), item("b", "lost")), page.Condition{})
		return err == nil
	})
	w.store(session("other"), "x", "lost")
	await.That(t, "reads are fresh again", func() bool {
		v := w.view(session("s"), page.Freshness{})
		return !v.Stale && texts(v.Page) == "a=kept b=lost"
	})
	f.server.Shutdown()

	w.clock.advance(time.Second)
	f.lose()
	other := onServer(t, f.server, w.clock)
	other.store(session("s"), "c", "new") // under a sequence that was b's or before
	for i := range 3 {
		other.store(session("other"), "x", fmt.Sprint(i))
	}
	await.That(t, "what the server has is read", func() bool {
		v := w.view(session("s"), page.Freshness{})
		return v.Err == nil && !v.Stale && texts(v.Page) == "a=kept c=new"
	})
}

// What a stream tells of itself shows that it lost messages, or was made anew.
func TestPagesAreDoubtedByWhatAStreamTells(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	last := w.store(session("s"), "a", "1")
	w.see(session("s"), page.Freshness{})
	if seen := w.short.tail.seen.Load(); seen != last {
		t.Fatalf("%d was seen of %d", seen, last)
	}
	made := time.Unix(0, w.short.tail.made.Load())
	told := func(last uint64, made time.Time) *jet.Info {
		info := &jet.Info{}
		info.Created, info.State = made, jetstream.StreamState{LastSeq: last}
		return info
	}
	ledSince := func(since time.Time, info *jet.Info) *jet.Info {
		info.Cluster = &jetstream.ClusterInfo{LeaderSince: &since}
		return info
	}
	for _, c := range []struct {
		name string
		info *jet.Info
		want bool
	}{
		{"as much", told(last, made), true},
		{"more", told(last+5, made), true},
		{"less", told(last-1, made), false},
		{"a stream made anew", told(last+5, made.Add(time.Second)), false},
		{"the same again", told(last+5, made.Add(time.Second)), true},
		{"a leader that is new", ledSince(made, told(last+5, made.Add(time.Second))), false},
		{"the same leader", ledSince(made, told(last+6, made.Add(time.Second))), true},
		{"the same, made leader again", ledSince(made.Add(1), told(last+7, made.Add(time.Second))), false},
	} {
		w.see(session("s"), page.Freshness{})
		w.short.compare(last, c.info)
		_, young, ok := w.l1.Get(ownerSubject(w.short.root, session("s")), w.clock.now())
		if !ok || young != c.want {
			t.Errorf("%s: the page is there %v, and not doubted %v; want %v", c.name, ok, young, c.want)
		}
		w.clock.advance(time.Second)
	}
}

// A stream that does not tell how far it is has its pages doubted too: they are
// shown, and not taken for fresh.
func TestPagesAreDoubtedAndShownWhileAStreamIsSilent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Read.Deadline = 100 * time.Millisecond })
	w.store(session("s"), "a", "1")
	w.see(session("s"), page.Freshness{})
	w.checkTails(t.Context(), false)
	if v, _ := w.see(session("s"), page.Freshness{}); !v.Hit {
		t.Error("a stream that tells as much as before has its pages doubted")
	}
	w.deleteStream(w.short.stream.Name)
	w.checkTails(t.Context(), false)
	if v := w.view(session("s"), page.Freshness{MaxStale: time.Hour}); v.Err == nil || !v.Stale || texts(v.Page) != "a=1" {
		t.Errorf("%q, stale %v, %v", texts(v.Page), v.Stale, v.Err)
	}
}

// A forgetful server comes back without its newest messages.
type forgetful struct {
	t         *testing.T
	server    *natsd.Server
	port      int
	dir, kept string
}

func newForgetful(t *testing.T) *forgetful {
	t.Helper()
	f := &forgetful{t: t, dir: t.TempDir(), kept: t.TempDir()}
	f.start(f.dir)
	f.port = portOf(t, f.server)
	return f
}

func (f *forgetful) start(dir string) {
	f.t.Helper()
	var err error
	if f.server, err = natsd.Start(natsd.Options{StoreDir: dir, Port: f.port, SyncAlways: true}); err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(f.server.Shutdown)
}

// keep starts the server anew, with all that it has. What comes from here on it will lose.
func (f *forgetful) keep() {
	f.t.Helper()
	f.server.Shutdown()
	if err := os.CopyFS(f.kept, os.DirFS(f.dir)); err != nil {
		f.t.Fatal(err)
	}
	f.start(f.dir)
}

// lose starts it anew as it was when it was kept.
func (f *forgetful) lose() {
	f.t.Helper()
	f.server.Shutdown()
	f.start(f.kept)
}

// A loss is told once: what a stream tells later is compared with what it had then.
func TestALossIsToldOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	last := w.store(session("s"), "a", "1")
	w.short.tail.reach(last + 100) // of which the server knows nothing any more
	for range 3 {
		if _, err := w.short.refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.short.tail.doubted.Load(); n != 1 {
		t.Errorf("pages were doubted %d times; want once", n)
	}
}
