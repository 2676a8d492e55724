package tiers

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

// A server that lost its newest messages gives their sequences to others. Pages
// that hold the lost ones are not read on from there.
func TestPagesAreLoadedAnewWhenTheServerLostItsTail(t *testing.T) {
	t.Parallel()
	dir, kept := t.TempDir(), t.TempDir()
	first, err := natsd.Start(natsd.Options{StoreDir: dir, SyncAlways: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(first.Shutdown)
	w := onServer(t, first, newClock())
	w.background()
	w.store(session("s"), "a", "kept")
	port := portOf(t, first)
	first.Shutdown()
	if err := os.CopyFS(kept, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}

	second, err := natsd.Start(natsd.Options{StoreDir: dir, Port: port, SyncAlways: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(second.Shutdown)
	eventually(t, "writes work again", func() bool {
		_, err := w.Append(t.Context(), session("s"), "lost", puts(w.clock.now(), item("b", "lost")), page.Condition{})
		return err == nil
	})
	w.store(session("other"), "x", "lost")
	eventually(t, "reads are fresh again", func() bool {
		v := w.view(session("s"), page.Freshness{})
		return !v.Stale && texts(v.Page) == "a=kept b=lost"
	})
	second.Shutdown()

	w.clock.advance(time.Second)
	third := natstest.Start(t, func(o *natsd.Options) { o.StoreDir, o.Port = kept, port })
	other := onServer(t, third, w.clock)
	other.store(session("s"), "c", "new") // under a sequence that was b's or before
	for i := range 3 {
		other.store(session("other"), "x", fmt.Sprint(i))
	}
	eventually(t, "what the server has is read", func() bool {
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
	told := func(last uint64, made time.Time) *streamInfo {
		info := &streamInfo{}
		info.Created, info.State = made, jetstream.StreamState{LastSeq: last}
		return info
	}
	for _, c := range []struct {
		name string
		info *streamInfo
		want bool
	}{
		{"as much", told(last, made), true},
		{"more", told(last+5, made), true},
		{"less", told(last-1, made), false},
		{"a stream made anew", told(last+5, made.Add(time.Second)), false},
		{"the same again", told(last+5, made.Add(time.Second)), true},
	} {
		w.see(session("s"), page.Freshness{})
		w.short.compare(last, c.info)
		_, young, ok := w.l1.get(ownerSubject(w.short.root, session("s")), w.clock.now())
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
	w.deleteStream(w.short.stream)
	w.checkTails(t.Context(), false)
	if v := w.view(session("s"), page.Freshness{MaxStale: time.Hour}); v.Err == nil || !v.Stale || texts(v.Page) != "a=1" {
		t.Errorf("%q, stale %v, %v", texts(v.Page), v.Stale, v.Err)
	}
}
