package jet

import (
	"errors"
	"fmt"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
)

// What cannot be sent ends once, whoever of its riders gives up before and after:
// a call that was given back twice would bring one owner's segments to another.
func TestWhatCannotBeSentEndsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.silent("silent")
	other := w.directOn("silent")
	v := &w.direct.convoy
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
			others := w.otherReaders(other)
			v.unsent(first, shared, errors.New("it cannot be sent"))
			others = append(others, w.otherReaders(other)...)
			for _, seat := range seats[early:] {
				v.left(seat)
			}
			v.out += abreast
			free()
			for _, c := range append(seats, others...) {
				c.Release()
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
	v := &w.direct.convoy
	free := v.block()
	seats := w.seats(2)
	v.out -= abreast
	_, shared := v.next()
	shared.call.replies = Replies{{Header: nats.Header{statusHeader: {statusNoOne}}}}
	shared.call.leave() // as accept does, before it tells the convoy
	for _, seat := range seats {
		seat.Release()
	}
	v.arrived(shared.call, shared)
	v.out += abreast
	free()
	if !v.idle() || !w.mux.eachFreeOnce() {
		t.Errorf("%d requests are on their way; each call is given back once: %v", v.out, w.mux.eachFreeOnce())
	}
}

// seats has readers wait for the next request.
func (w *world) seats(n int) (seats []*Call) {
	w.t.Helper()
	for i := range n {
		seats = append(seats, w.share(fmt.Sprint("k", i), 5))
	}
	return seats
}

// otherReaders ask another stream on the same mux, by calls that are free.
func (w *world) otherReaders(other *Direct) (calls []*Call) {
	w.t.Helper()
	for range 2 {
		c, err := other.Share("other.>", 5)
		if err != nil {
			w.t.Fatal(err)
		}
		calls = append(calls, c)
	}
	return calls
}

// eachFreeOnce tells whether every call has been given back, and none twice.
func (m *Mux) eachFreeOnce() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	seen := make(map[*Call]bool)
	for _, c := range m.free {
		seen[c] = true
	}
	return len(seen) == len(m.free) && len(seen) == m.used
}

func TestWhoWaitsForWhatCannotBeSentIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	readers := []string{"a", "b", "c"}
	for _, r := range readers {
		w.put(r, "i", r)
	}
	direct := w.direct
	w.direct = w.directOn("") // nothing can be published to it
	for n := 1; n <= len(readers); n++ {
		for _, got := range w.together(1, readers[:n]...) {
			if got != nats.ErrBadSubject.Error() {
				t.Errorf("%d readers: %q; want why it was not sent", n, got)
			}
		}
		await.That(t, "the way is free again", func() bool { return w.direct.convoy.idle() && w.mux.eachFreeOnce() })
	}
	w.direct = direct
	for i, got := range w.together(1, readers...) {
		if got != "i="+readers[i] {
			t.Errorf("later: %q", got)
		}
	}
}

// With no call left for a shared request, those who wait go one by one.
func TestReadsShareNothingWithoutACallForIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	readers := []string{"a", "b", "c"}
	for _, r := range readers {
		w.put(r, "i", r)
	}
	var taken []*Call
	for len(taken)+len(readers) < len(w.mux.slots) {
		c, err := w.mux.take()
		if err != nil {
			t.Fatal(err)
		}
		taken = append(taken, c)
	}
	for i, got := range w.together(1, readers...) {
		if got != "i="+readers[i] {
			t.Errorf("%q", got)
		}
	}
	for _, c := range taken {
		c.Release()
	}
	await.That(t, "the way is free again", func() bool { return w.direct.convoy.idle() && w.mux.eachFreeOnce() })
}
