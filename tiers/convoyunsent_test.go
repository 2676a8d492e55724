package tiers

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// What cannot be sent ends once, whoever of its riders gives up before and after:
// a call that was given back twice would bring one owner's segments to another.
func TestWhatCannotBeSentEndsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.swallow(w.long)
	v := &w.short.convoy
	for riders := 1; riders <= 3; riders++ {
		for early := 0; early <= riders; early++ {
			free := v.block()
			seats := w.seats(riders)
			for _, seat := range seats {
				seat.leave() // each is about to tell the convoy
			}
			v.out -= abreast
			first, shared := v.next()
			for _, seat := range seats[:early] {
				v.left(seat)
			}
			others := w.readersOfTheOtherTier(2)
			v.unsent(first, shared, errors.New("it cannot be sent"))
			others = append(others, w.readersOfTheOtherTier(2)...)
			for _, seat := range seats[early:] {
				v.left(seat)
			}
			v.out += abreast
			free()
			for _, c := range append(seats, others...) {
				w.mux.release(c)
			}
			if !v.idle() || !w.mux.eachFreeOnce() {
				t.Fatalf("%d of %d gave up before: %d requests are on their way; each call is given back once: %v",
					early, riders, v.out, w.mux.eachFreeOnce())
			}
		}
	}
}

// An answer that comes as the last rider gives up is not given up as well.
func TestATripThatIsAnsweredAsItIsGivenUpEndsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := &w.short.convoy
	free := v.block()
	seats := w.seats(2)
	v.out -= abreast
	_, shared := v.next()
	shared.call.replies = []*nats.Msg{{Header: nats.Header{statusHeader: {statusNoOne}}}}
	shared.call.leave() // as accept does, before it tells the convoy
	for _, seat := range seats {
		w.mux.release(seat)
	}
	v.arrived(shared.call, shared)
	v.out += abreast
	free()
	if !v.idle() || !w.mux.eachFreeOnce() {
		t.Errorf("%d requests are on their way; each call is given back once: %v", v.out, w.mux.eachFreeOnce())
	}
}

// seats has readers wait for the next request of the session tier.
func (w *world) seats(n int) (seats []*call) {
	w.t.Helper()
	for i := range n {
		seat, err := w.short.convoy.ask(fmt.Sprint("k", i, ".>"), 5)
		if err != nil {
			w.t.Fatal(err)
		}
		seats = append(seats, seat)
	}
	return seats
}

// readersOfTheOtherTier take calls that are free.
func (w *world) readersOfTheOtherTier(n int) (calls []*call) {
	w.t.Helper()
	for range n {
		c, err := w.long.convoy.ask("other.>", 5)
		if err != nil {
			w.t.Fatal(err)
		}
		calls = append(calls, c)
	}
	return calls
}

// eachFreeOnce tells whether every call has been given back, and none twice.
func (m *mux) eachFreeOnce() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	seen := make(map[*call]bool)
	for _, c := range m.free {
		seen[c] = true
	}
	return len(seen) == len(m.free) && len(seen) == m.used
}

func TestWhoWaitsForWhatCannotBeSentIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Breaker.Failures = 100 })
	owners := []messages.Owner{session("a"), session("b"), session("c")}
	for _, o := range owners {
		w.store(o, "i", o.ID)
		w.see(o, page.Freshness{})
	}
	direct := w.short.direct
	w.short.direct = "" // nothing can be published to it
	for n := 1; n <= len(owners); n++ {
		for i, got := range w.together(owners[:n]...) {
			if !strings.HasPrefix(got, "i="+owners[i].ID+" stale true, ") {
				t.Errorf("%d readers: %q; want what was known, marked stale", n, got)
			}
		}
		eventually(t, "the way is free again", func() bool { return w.short.convoy.idle() && w.mux.eachFreeOnce() })
	}
	w.short.direct = direct
	for i, got := range w.together(owners...) {
		if got != "i="+owners[i].ID {
			t.Errorf("later: %q", got)
		}
	}
}

// With no call left for a shared request, those who wait go one by one.
func TestReadsShareNothingWithoutACallForIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	owners := []messages.Owner{session("a"), session("b"), session("c")}
	for _, o := range owners {
		w.store(o, "i", o.ID)
		w.see(o, page.Freshness{})
	}
	var taken []*call
	for len(taken)+len(owners) < len(w.mux.slots) {
		c, err := w.mux.take()
		if err != nil {
			t.Fatal(err)
		}
		taken = append(taken, c)
	}
	for i, got := range w.together(owners...) {
		if got != "i="+owners[i].ID {
			t.Errorf("%q", got)
		}
	}
	for _, c := range taken {
		w.mux.release(c)
	}
	eventually(t, "the way is free again", func() bool { return w.short.convoy.idle() && w.mux.eachFreeOnce() })
}
