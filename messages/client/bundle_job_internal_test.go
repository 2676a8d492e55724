package client

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

func TestAJobThatIsGivenUpBeforeItLeavesIsNotInTheMessage(t *testing.T) {
	t.Parallel()
	s := newShareTest(t, Options{})
	jobs := s.heldBack()
	ctx, giveUp := context.WithCancel(t.Context())
	goes := s.submit(ctx, "goes")
	first, second := s.submit(t.Context(), "first"), s.submit(t.Context(), "second")
	giveUp()
	if o := <-goes; !errors.Is(o.err, context.Canceled) || strings.Contains(o.err.Error(), "may be there") {
		t.Errorf("got %v; want that it was given up, and is not there", o.err)
	}
	s.leave()
	m := message(t, jobs)
	if strings.Contains(string(m.Data), "goes") {
		t.Errorf("the message is %s", m.Data)
	}
	_ = m.Respond([]byte(acknowledgement))
	for place, done := range []<-chan outcome{first, second} {
		id := messages.PartID(m.Header.Get(envelope.HeaderID), place)
		if o := <-done; o.err != nil || o.sent != (Receipt{ID: id, Seq: 7}) {
			t.Errorf("got %+v, %v; want the receipt of %s", o.sent, o.err, id)
		}
	}
	s.calls.Wait()
}

func TestABundleOfJobsThatAllGaveUpIsNotSent(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*shareTest{"stored": newShareTest(t, Options{}), "awaited": newAwaitedShareTest(t, Options{})} {
		jobs := s.heldBack()
		ctx, giveUp := context.WithCancel(t.Context())
		first, second := s.submit(ctx, "first"), s.submit(ctx, "second")
		giveUp()
		<-first
		<-second
		s.leave()
		s.calls.Wait()
		if err := s.c.nc.Flush(); err != nil {
			t.Fatal(err)
		}
		if sent, _, _ := jobs.Pending(); sent != 0 {
			t.Errorf("%s: %d messages were sent; want none", name, sent)
		}
	}
}

func TestAJobThatIsGivenUpOnItsWayDoesNotDisturbTheOthers(t *testing.T) {
	t.Parallel()
	s := newShareTest(t, Options{AttemptTimeout: 200 * time.Millisecond})
	jobs := s.heldBack()
	ctx, giveUp := context.WithCancel(t.Context())
	goes, stays := s.submit(ctx, "goes"), s.submit(t.Context(), "stays")
	s.leave()
	first := message(t, jobs)
	giveUp()
	if o := <-goes; !errors.Is(o.err, context.Canceled) || !strings.Contains(o.err.Error(), "may be there") {
		t.Errorf("got %v; want that it was given up, and may be there", o.err)
	}
	again := message(t, jobs) // for the one that waits
	if a, b := fmt.Sprint(first.Header, string(first.Data)), fmt.Sprint(again.Header, string(again.Data)); a != b {
		t.Errorf("the message was published as %s and as %s", a, b)
	}
	_ = again.Respond([]byte(acknowledgement))
	if o := <-stays; o.err != nil || o.sent.ID != messages.PartID(first.Header.Get(envelope.HeaderID), 1) {
		t.Errorf("got %+v, %v; want the receipt", o.sent, o.err)
	}
	s.calls.Wait()
}

func TestABundleOfJobsThatNobodyWaitsForEnds(t *testing.T) {
	t.Parallel()
	s := newShareTest(t, Options{Timeout: time.Hour, AttemptTimeout: time.Hour})
	jobs := s.heldBack()
	ctx, giveUp := context.WithCancel(t.Context())
	s.submit(ctx, "first")
	s.submit(ctx, "second")
	s.leave()
	message(t, jobs)
	giveUp()
	s.calls.Wait()
}

func TestEveryJobOfABundleThatTheStreamRefusesIsToldSo(t *testing.T) {
	t.Parallel()
	s := newShareTest(t, Options{Retries: -1})
	stream := s.stream(jetstream.StreamConfig{MaxBytes: 300, Discard: jetstream.DiscardNew})
	all := []<-chan outcome{s.submit(t.Context(), "first"), s.submit(t.Context(), "second")}
	s.leave()
	for _, done := range all {
		if o := <-done; !messages.HasCode(o.err, messages.CodeUnavailable) {
			t.Errorf("got %+v, %v; want unavailable", o.sent, o.err)
		}
	}
	s.calls.Wait()
	if info, err := stream.Info(t.Context()); err != nil || info.State.LastSeq > 0 {
		t.Errorf("the stream took %d, %v", info.State.LastSeq, err)
	}
}

// A caller that has more time than another is not told that it is over.
func TestABundleOfJobsHasTheTimeOfTheLastOfThem(t *testing.T) {
	t.Parallel()
	first, last := callOf("{}", time.Minute), callOf("{}", time.Minute+endsApart/2)
	n := &bundle{}
	n.add(first)
	n.add(last)
	n.add(first)
	if got := n.last(); got != last.until {
		t.Errorf("it has %v too little", last.until.Sub(got))
	}
}

func TestCloseWaitsForTheReceiptOfABundle(t *testing.T) {
	t.Parallel()
	s := newShareTest(t, Options{})
	jobs := s.heldBack()
	all := []<-chan outcome{s.submit(t.Context(), "first"), s.submit(t.Context(), "second")}
	s.leave()
	m := message(t, jobs)
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		s.c.Close()
		if s.b.out > abreast {
			t.Error("Close did not wait for it")
		}
	}()
	<-s.c.inbox.done
	_ = m.Respond([]byte(acknowledgement))
	for _, done := range all {
		if o := <-done; o.err != nil || o.sent.Seq != 7 {
			t.Errorf("got %+v, %v; want the receipt", o.sent, o.err)
		}
	}
	<-closed
	s.calls.Wait()
}
