package client

import (
	"context"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// gatheringBundle is a bundler whose way is taken, and a bundle that gathers.
func gatheringBundle() (*bundler, *bundle) {
	n := &bundle{leave: make(chan struct{}, 1)}
	b := &bundler{c: &Client{opts: Options{Bundle: 3}}, out: abreast, next: n}
	return b, n
}

func callOf(body string, left time.Duration) call {
	return call{op: messages.OpAssemble, body: []byte(body), until: time.Now().Add(left)}
}

func TestWhoGivesUpLeavesTheBundle(t *testing.T) {
	t.Parallel()
	b, n := gatheringBundle()
	goes, _ := b.board(callOf("{}", time.Minute))
	stays, _ := b.board(callOf("{}", time.Minute))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if o := b.ride(ctx, goes); o.err == nil {
		t.Error("a call that was given up has no error")
	}
	if len(n.seats) != 1 || n.seats[0] != stays || stays.place != 0 {
		t.Errorf("%d calls are left, and the one that stays is at %d", len(n.seats), stays.place)
	}
}

func TestABundleIsFullByCalls(t *testing.T) {
	t.Parallel()
	b, n := gatheringBundle()
	for range 3 {
		if b.next != n {
			t.Fatal("no room for one of three")
		}
		b.board(callOf("{}", time.Minute))
	}
	if b.next == n || len(n.leave) == 0 {
		t.Error("a full bundle has not left")
	}
}

func TestABundleIsFullByBytes(t *testing.T) {
	t.Parallel()
	large, n := callOf(string(make([]byte, smallBody)), time.Minute), &bundle{}
	for n.fits(large) {
		n.add(large)
	}
	if size := len(messages.AppendBundle(nil, bodiesOf(n))); size > messages.MaxBundleBytes {
		t.Errorf("a full bundle has %d bytes, workers take %d", size, messages.MaxBundleBytes)
	}
}

func bodiesOf(n *bundle) (bodies [][]byte) {
	for _, s := range n.seats {
		bodies = append(bodies, s.body)
	}
	return bodies
}

func TestABundleLeavesWhenAMessageHasLanded(t *testing.T) {
	t.Parallel()
	b, n := gatheringBundle()
	b.landed()
	b.landed() // and is told so once
	select {
	case <-n.leave:
	default:
		t.Error("the bundle was not told")
	}
	if b.out != 0 {
		t.Errorf("%d messages are on their way", b.out)
	}
}

func TestWhereSeveralSharedAMessageNobodyGoesAlone(t *testing.T) {
	t.Parallel()
	b, n := gatheringBundle()
	over := make(chan struct{})
	close(over)
	b.c.inbox, b.c.opts.Clock, b.carry = &inbox{done: over}, time.Now, b.c.carryAsks
	n.add(callOf("{}", time.Minute))
	n.add(callOf("{}", time.Minute))
	b.takeOff(n, func() {})
	b.out = 0
	s, alone := b.board(callOf("{}", time.Minute))
	if alone {
		t.Fatal("a call went alone right after several that shared a message")
	}
	<-s.done
	b.flying.Wait()
	if _, alone = b.board(callOf("{}", time.Minute)); !alone {
		t.Error("the last message had one call, and the next does not go at once")
	}
}
