package tiers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// block takes the way, so that reads wait; the func it gives frees it.
func (v *convoy) block() (free func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.out += abreast
	return func() {
		v.mu.Lock()
		v.out -= abreast
		v.depart()
	}
}

func (v *convoy) waiting() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.queue)
}

// idle tells whether no request is on its way, and nobody waits.
func (v *convoy) idle() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.out == 0 && len(v.queue) == 0
}

// together reads sessions in one request, and gives what each has.
func (w *world) together(owners ...messages.Owner) []string {
	w.t.Helper()
	got := make([]string, len(owners))
	free := w.short.convoy.block()
	var all sync.WaitGroup
	for i, o := range owners {
		all.Go(func() {
			v, _ := w.Read(w.t.Context(), o, messages.Owner{}, page.Freshness{})
			if got[i] = texts(v.Page); v.Stale || v.Err != nil {
				got[i] += fmt.Sprintf(" stale %v, %v", v.Stale, v.Err)
			}
		})
	}
	eventually(w.t, "all wait", func() bool { return w.short.convoy.waiting() == len(owners) })
	free()
	all.Wait()
	return got
}

// directGets counts the batched gets that the session tier is sent.
func (w *world) directGets() func() int {
	w.t.Helper()
	sub, err := w.nc.SubscribeSync(w.short.direct)
	if err != nil {
		w.t.Fatal(err)
	}
	return func() int {
		w.t.Helper()
		if err := w.nc.Flush(); err != nil {
			w.t.Fatal(err)
		}
		n, _, err := sub.Pending()
		if err != nil {
			w.t.Fatal(err)
		}
		return n
	}
}

// loseRequests has the first n requests to a tier go to nobody, and tells of each.
func (w *world) loseRequests(x *tier, n int) <-chan struct{} {
	w.t.Helper()
	direct, lost := x.direct, make(chan struct{}, n)
	x.direct = "lossy." + x.label
	if _, err := w.nc.Subscribe(x.direct, func(m *nats.Msg) {
		if n > 0 {
			n--
			lost <- struct{}{}
		} else if err := w.nc.PublishRequest(direct, m.Reply, m.Data); err != nil {
			w.t.Error(err)
		}
	}); err != nil {
		w.t.Fatal(err)
	}
	return lost
}

func TestReadsThatWaitShareARequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	writer := onServer(t, w.server, w.clock)
	var owners []messages.Owner
	for i := range maxRiders {
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
	asked := w.directGets()
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
	if !w.short.convoy.idle() {
		t.Error("the way is not free again")
	}
}

func TestSeveralReadsOfOneSessionShareARequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	writer := onServer(t, w.server, w.clock)
	writer.store(session("s"), "a", "1")
	w.see(session("s"), page.Freshness{})
	writer.store(session("s"), "b", "2")
	requests, err := w.nc.SubscribeSync(w.short.direct)
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

func TestASingleReaderWaitsForNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("s"), "a", "1")
	w.see(session("s"), page.Freshness{})
	asked := w.directGets()
	before := asked()
	w.see(session("s"), page.Freshness{})
	if n := asked() - before; n != 1 || !w.short.convoy.idle() {
		t.Errorf("%d requests; the way is free: %v", n, w.short.convoy.idle())
	}
}

// Sequences far apart are not asked for in one request: whoever is at the
// newest would be sent what he has.
func TestReadsFarApartDoNotShareARequest(t *testing.T) {
	t.Parallel()
	v := &convoy{queue: []rider{{from: 5}, {from: 5 + maxSpan}, {from: 6 + maxSpan}, {from: 7}}}
	if n := len(v.board()); n != 2 {
		t.Errorf("%d share the request; want 2", n)
	}
	v.queue = make([]rider, maxRiders+1)
	if n := len(v.board()); n != maxRiders {
		t.Errorf("%d share a request; want %d at most", n, maxRiders)
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
	if _, upTo := w.l1.known(ownerSubject(w.short.root, session("s")), v.Page); upTo < last {
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

func TestPartsOfAnAnswerThatIsNotWholeAreNotUsed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	end := &nats.Msg{Header: nats.Header{statusHeader: {statusEnd}, beforeHeader: {"7"}, upToHeader: {"9"}, pendingHeader: {"0"}}}
	more := &nats.Msg{Header: nats.Header{statusHeader: {statusEnd}, beforeHeader: {"0"}, upToHeader: {"9"}, pendingHeader: {"3"}}}
	unloaded := &nats.Msg{Header: nats.Header{statusHeader: {statusNone}, descriptionHeader: {notFound}}}
	tooMany := &nats.Msg{Header: nats.Header{statusHeader: {statusTooMany}}}
	for name, last := range map[string]*nats.Msg{"lost": end, "more": more, "unloaded": unloaded, "too many": tooMany} {
		seat, _, err := w.mux.open(false)
		if err != nil {
			t.Fatal(err)
		}
		share([]*nats.Msg{last}, []rider{{seat: seat, gen: seat.gen, key: "k.>"}})
		if _, err := seat.wait(t.Context(), time.Minute); !errors.Is(err, errAlone) {
			t.Errorf("%s: %v", name, err)
		}
		w.mux.release(seat)
	}
}

// A reader who gives up, before the request is sent or after, harms no other,
// and a request that all gave up does not hold up who comes later.
func TestReadersWhoGiveUpHarmNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"a", "b", "c"} {
		w.store(session(name), "i", name)
		w.see(session(name), page.Freshness{})
	}
	lost := w.loseRequests(w.short, 1)
	free := w.short.convoy.block()
	ctx, leave := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() { w.Read(ctx, session("a"), messages.Owner{}, page.Freshness{}) })
	}
	eventually(t, "both wait", func() bool { return w.short.convoy.waiting() == 2 })
	free()
	<-lost
	leave() // both, after it was sent
	all.Wait()
	if !w.short.convoy.idle() {
		t.Fatal("a request that all gave up is still on its way")
	}

	free = w.short.convoy.block()
	ctx, leave = context.WithCancel(t.Context())
	all.Go(func() { w.Read(ctx, session("a"), messages.Owner{}, page.Freshness{}) })
	eventually(t, "one waits", func() bool { return w.short.convoy.waiting() == 1 })
	leave() // before it was sent
	all.Wait()
	if n := w.short.convoy.waiting(); n != 0 {
		t.Fatalf("%d wait", n)
	}
	free()
	if got := strings.Join(w.together(session("b"), session("c")), " "); got != "i=b i=c" {
		t.Error(got)
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
	if !w.short.convoy.idle() {
		t.Error("the way is not free again")
	}
}
