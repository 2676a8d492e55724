package tiers

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

// block takes the way of a tier's shared requests, so that reads wait; the func
// it gives frees it.
func (w *world) block(x *tier) (free func()) {
	w.t.Helper()
	const plug = "plug.>"
	w.divert(x, func(m *nats.Msg, forward func([]byte)) {
		if !strings.Contains(string(m.Data), plug) {
			forward(m.Data)
		}
	})
	var plugs []*jet.Call
	for range 2 { // requests that are on their way at once
		c, err := x.direct.Share(plug, 1)
		if err != nil {
			w.t.Fatal(err)
		}
		plugs = append(plugs, c)
	}
	return func() {
		for _, c := range plugs {
			c.Release()
		}
	}
}

// What went wrong may have been others' doing: who asks again shares nothing and
// waits for nobody.
func TestWhatIsAskedAgainIsAskedAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("s"), "a", "1")
	w.see(session("s"), page.Freshness{})
	r := reading{tier: w.short, owner: session("s")}
	r.begin(t.Context())
	r.first(t.Context())
	if !r.settled || !r.hit {
		t.Fatalf("settled %v, from a page %v, %v", r.settled, r.hit, r.err)
	}
	free := w.block(w.short)
	defer free()
	r.settled, r.err = false, jet.ErrLost
	if r.insist(t.Context()); !r.settled || r.view.Err != nil {
		t.Errorf("while the way of those who share is not free: %v", r.err)
	}
}

// together reads sessions in one request, and gives what each has.
func (w *world) together(owners ...messages.Owner) []string {
	w.t.Helper()
	free := w.block(w.short)
	readings := make([]reading, len(owners))
	for i, o := range owners {
		readings[i] = reading{tier: w.short, owner: o}
		readings[i].begin(w.t.Context())
	}
	free()
	got := make([]string, len(owners))
	var all sync.WaitGroup
	for i := range readings {
		all.Go(func() {
			r := &readings[i]
			r.first(w.t.Context())
			r.insist(w.t.Context())
			got[i] = read(r.view)
		})
	}
	all.Wait()
	return got
}

// read gives what a session has, and whether that is stale.
func read(v page.View) string {
	if v.Stale || v.Err != nil {
		return texts(v.Page) + fmt.Sprintf(" stale %v, %v", v.Stale, v.Err)
	}
	return texts(v.Page)
}

func TestReadsThatWaitShareARequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	writer := onServer(t, w.server, w.clock)
	var owners []messages.Owner
	for i := range 32 {
		o := session(fmt.Sprint("s", i))
		owners = append(owners, o)
		writer.store(o, "first", fmt.Sprint(i))
		w.see(o, page.Freshness{})
	}
	for i, o := range owners {
		if i%3 == 0 {
			writer.store(o, "second", fmt.Sprint(i))
		}
	}
	asked := natstest.Count(t, w.nc, jet.DirectGet+w.short.stream.Name)
	before := asked()
	for i, got := range w.together(owners...) {
		want := fmt.Sprintf("first=%d", i)
		if i%3 == 0 {
			want += fmt.Sprintf(" second=%d", i)
		}
		if got != want {
			t.Errorf("session %d has %q; want %q", i, got, want)
		}
	}
	if n := asked() - before; n != 1 {
		t.Errorf("%d requests for %d reads that waited; want 1", n, len(owners))
	}
	if n := metric(t, w.reg, "context_manager_tier_shared_reads_total", "", ""); int(n) != len(owners) {
		t.Errorf("%v shared reads are counted, of %d", n, len(owners))
	}
}

func TestSeveralReadsOfOneSessionShareARequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	writer := onServer(t, w.server, w.clock)
	writer.store(session("s"), "a", "1")
	w.see(session("s"), page.Freshness{})
	writer.store(session("s"), "b", "2")
	requests, err := w.nc.SubscribeSync(jet.DirectGet + w.short.stream.Name)
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range w.together(session("s"), session("s"), session("s")) {
		if got != "a=1 b=2" {
			t.Error(got)
		}
	}
	request, err := requests.NextMsg(5 * time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(request.Data), ownerSubject(w.short.root, session("s"))); n != 1 {
		t.Errorf("the session is named %d times in %s; want once", n, request.Data)
	}
}

// A delta begins where the last one ended, also where that brought nothing: a
// page of a quiet session does not hold up a request that it shares.
func TestADeltaBeginsWhereTheLastEnded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("s"), "a", "1")
	w.see(session("s"), page.Freshness{})
	last := w.store(session("other"), "b", "2")
	v, _ := w.see(session("s"), page.Freshness{})
	if _, upTo := w.l1.Known(ownerSubject(w.short.root, session("s")), v.Page); upTo < last {
		t.Errorf("the next delta begins past %d; the last one reached %d", upTo, last)
	}
}

// More segments than one request gives are asked for one owner at a time.
func TestAnswersTooLargeToShareAreAskedForAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Compact.Disabled = true })
	owners := []messages.Owner{session("a"), session("b"), session("c")}
	for _, o := range owners {
		for i := range 350 { // 1,050 together
			w.add(o, fmt.Sprint("r", i), puts(w.clock.now(), item("i", fmt.Sprint(i))))
		}
		w.see(o, page.Freshness{})
	}
	w.store(owners[1], "j", "new")
	for i, got := range w.together(owners...) {
		if want := "i=349" + map[int]string{1: " j=new"}[i]; got != want {
			t.Errorf("%q; want %q", got, want)
		}
	}
}

// Whatever shares what, a read that began after a write was acknowledged has it.
func TestSharedReadsAreFresh(t *testing.T) {
	t.Parallel()
	const sessions, readers, rounds = 8, 4, 60
	w := newWorld(t)
	writer := onServer(t, w.server, w.clock)
	var all sync.WaitGroup
	for s := range sessions {
		owner := session(fmt.Sprint("s", s))
		writer.store(owner, "i", "0")
		var written atomic.Uint64
		all.Go(func() {
			for n := 1; n <= rounds; n++ {
				writer.store(owner, "i", fmt.Sprint(n))
				written.Store(uint64(n))
			}
		})
		for range readers {
			all.Go(func() {
				for least := written.Load(); least < rounds; least = written.Load() {
					v, _ := w.Read(t.Context(), owner, messages.Owner{}, page.Freshness{})
					var got uint64
					if _, err := fmt.Sscanf(texts(v.Page), "i=%d", &got); err != nil || v.Err != nil || got < least {
						t.Errorf("session %s: %q, %v, %v after %d was written", owner.ID, texts(v.Page), err, v.Err, least)
						return
					}
				}
			})
		}
	}
	all.Wait()
}

// Who shares a request that cannot be sent is told what was known.
func TestReadersOfARequestThatCannotBeSentAreToldWhatWasKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Breaker.Failures = 100 })
	owners := []messages.Owner{session("a"), session("b"), session("c")}
	for _, o := range owners {
		w.store(o, "i", o.ID)
		w.see(o, page.Freshness{})
	}
	direct := w.short.direct
	w.short.direct = w.directOn(w.short, "") // nothing can be published to it
	var all sync.WaitGroup
	for _, o := range owners {
		all.Go(func() {
			v, _ := w.Read(t.Context(), o, messages.Owner{}, page.Freshness{})
			if got := read(v); !strings.HasPrefix(got, "i="+o.ID+" stale true, ") {
				t.Errorf("%q; want what was known, marked stale", got)
			}
		})
	}
	all.Wait()
	w.short.direct = direct
	for i, got := range w.together(owners...) {
		if got != "i="+owners[i].ID {
			t.Errorf("later: %q", got)
		}
	}
}
