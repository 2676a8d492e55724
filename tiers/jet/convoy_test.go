package jet

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

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
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

// loseRequests has the first n requests go to nobody, and tells of each.
func (w *world) loseRequests(n int) <-chan struct{} {
	w.t.Helper()
	lost := make(chan struct{}, n)
	if _, err := w.nc.Subscribe("lossy", func(m *nats.Msg) {
		if n > 0 {
			n--
			lost <- struct{}{}
		} else if err := w.nc.PublishRequest(DirectGet+"LOG", m.Reply, m.Data); err != nil {
			w.t.Error(err)
		}
	}); err != nil {
		w.t.Fatal(err)
	}
	w.direct = w.directOn("lossy")
	return lost
}

func TestReadsThatWaitShareARequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var readers []string
	var last uint64
	for i := range maxRiders {
		readers = append(readers, fmt.Sprint("r", i))
		last = w.put(readers[i], "first", fmt.Sprint(i))
	}
	for i, r := range readers {
		if i%3 == 0 {
			w.put(r, "second", fmt.Sprint(i))
		}
	}
	asked := natstest.Count(t, w.nc, DirectGet+"LOG")
	before := asked()
	for i, got := range w.together(last+1, readers...) {
		want := ""
		if i%3 == 0 {
			want = fmt.Sprintf("second=%d", i)
		}
		if got != want {
			t.Errorf("reader %d has %q; want %q", i, got, want)
		}
	}
	if n := asked() - before; n != 1 {
		t.Errorf("%d requests for %d reads that waited; want 1", n, len(readers))
	}
	if n := w.shared.n.Load(); int(n) != len(readers) {
		t.Errorf("%v shared reads are counted, of %d", n, len(readers))
	}
	if !w.direct.convoy.idle() {
		t.Error("the way is not free again")
	}
}

func TestSeveralReadsUnderOneWildcardShareARequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.put("s", "a", "1")
	w.put("s", "b", "2")
	requests, err := w.nc.SubscribeSync(DirectGet + "LOG")
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range w.together(2, "s", "s", "s") {
		if got != "b=2" {
			t.Error(got)
		}
	}
	request, err := requests.NextMsg(5 * time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(request.Data), wildcard("s")); n != 1 {
		t.Errorf("the wildcard is named %d times in %s; want once", n, request.Data)
	}
}

func TestASingleReaderWaitsForNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.put("s", "a", "1")
	asked := natstest.Count(t, w.nc, DirectGet+"LOG")
	before := asked()
	if got := w.answer(w.share("s", 1), "s"); got != "a=1" {
		t.Errorf("%q", got)
	}
	if n := asked() - before; n != 1 || !w.direct.convoy.idle() {
		t.Errorf("%d requests; the way is free: %v", n, w.direct.convoy.idle())
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

// More than one request gives is asked for by each alone.
func TestAnswersTooLargeToShareAreToBeAskedForAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	readers := []string{"a", "b", "c"}
	for _, r := range readers {
		for i := range 350 { // 1,050 together
			w.put(r, fmt.Sprint(i), "x")
		}
	}
	for i, got := range w.together(1, readers...) {
		if got != ErrAlone.Error() {
			t.Errorf("%s: %q", readers[i], got)
		}
	}
	c, err := w.direct.Ask(wildcard("b"), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(w.answer(c, "b"), "=x"); n != 350 {
		t.Errorf("alone there are %d", n)
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
		share(Replies{last}, []rider{{seat: seat, gen: seat.gen, key: "k.>"}})
		if _, err := seat.Wait(t.Context(), time.Minute); !errors.Is(err, ErrAlone) {
			t.Errorf("%s: %v", name, err)
		}
		seat.Release()
	}
}

// A reader who gives up, before the request is sent or after, harms no other,
// and a request that all gave up does not hold up who comes later.
func TestReadersWhoGiveUpHarmNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"a", "b", "c"} {
		w.put(name, "i", name)
	}
	lost := w.loseRequests(1)
	free := w.direct.convoy.block()
	ctx, leave := context.WithCancel(t.Context())
	var all sync.WaitGroup
	read := func() {
		c := w.share("a", 1)
		defer c.Release()
		if _, err := c.Wait(ctx, testWait); !errors.Is(err, context.Canceled) {
			t.Errorf("who gave up got %v", err)
		}
	}
	for range 2 {
		all.Go(read)
	}
	await.That(t, "both wait", func() bool { return w.direct.convoy.waiting() == 2 })
	free()
	<-lost
	leave() // both, after it was sent
	all.Wait()
	if !w.direct.convoy.idle() {
		t.Fatal("a request that all gave up is still on its way")
	}

	free = w.direct.convoy.block()
	ctx, leave = context.WithCancel(t.Context())
	all.Go(read)
	await.That(t, "one waits", func() bool { return w.direct.convoy.waiting() == 1 })
	leave() // before it was sent
	all.Wait()
	if n := w.direct.convoy.waiting(); n != 0 {
		t.Fatalf("%d wait", n)
	}
	free()
	if got := strings.Join(w.together(1, "b", "c"), " "); got != "i=b i=c" {
		t.Error(got)
	}
}

// Whatever shares what, a read that began after a write was acknowledged has it.
func TestSharedReadsAreFresh(t *testing.T) {
	t.Parallel()
	const readers, askers, rounds = 8, 4, 60
	w := newWorld(t)
	var all sync.WaitGroup
	for n := range readers {
		reader := fmt.Sprint("r", n)
		w.put(reader, "i", "0")
		var written atomic.Uint64
		all.Go(func() {
			for n := 1; n <= rounds; n++ {
				w.put(reader, "i", fmt.Sprint(n))
				written.Store(uint64(n))
			}
		})
		for range askers {
			all.Go(func() {
				for least := written.Load(); least < rounds; least = written.Load() {
					c, err := w.direct.Share(wildcard(reader), 1)
					if err != nil {
						t.Error(err)
						return
					}
					var got uint64
					if text := w.answer(c, reader); !scan(text, &got) || got < least {
						t.Errorf("%s: %q after %d was written", reader, text, least)
						return
					}
				}
			})
		}
	}
	all.Wait()
	if !w.direct.convoy.idle() {
		t.Error("the way is not free again")
	}
}

// scan reads the number of what together and answer give.
func scan(text string, n *uint64) bool {
	_, err := fmt.Sscanf(text, "i=%d", n)
	return err == nil
}
