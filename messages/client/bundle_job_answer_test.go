package client_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/messages/envelope"
)

// queries are what the requests of a bundle ask.
func queries(t *testing.T, v envelope.Verified) (all []string) {
	t.Helper()
	parts, err := v.Parts()
	if err != nil {
		t.Error(err)
	}
	for _, part := range parts {
		r, err := messages.Decode[messages.AssembleRequest](part.Body())
		if err != nil {
			t.Error(err)
		}
		all = append(all, r.Query)
	}
	return all
}

func TestEachJobOfAMessageHasItsOwnError(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.work(w.jobs(), func(r taken) {
		if q := body[messages.AssembleRequest](t, r).Query; q == "odd" {
			r.fails(messages.CodeNotFound)
		} else {
			r.answer(200, messages.AssembleReply{Text: q})
		}
	})
	c := w.client()
	crowd(t, 32, f.shared, func(i int) error {
		if i%2 == 0 {
			return assemblingJob(c, "even")
		}
		if err := assemblingJob(c, "odd"); !messages.HasCode(err, messages.CodeNotFound) || errors.Is(err, client.ErrPending) {
			return fmt.Errorf("got %w, want not_found", err)
		}
		return nil
	})
}

// A worker answers what is done, in any order, and one that takes the bundle up after it answers all again.
func TestAnswersToABundleOfJobsMayComeInAnyOrderAndTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var bundles atomic.Int64
	w.workOf(w.jobs(), echoQuery(t), func(f *fake, v envelope.Verified) {
		asked := queries(t, v)
		last := len(asked) - 1
		f.signPart(v, last, 200, messages.AssembleReply{Text: asked[last]})
		f.signPart(v, len(asked), 200, messages.AssembleReply{Text: "of no request"})
		var replies messages.PartReplies
		for place, text := range slices.Backward(asked) {
			if place == last {
				text = "a second answer"
			}
			replies.Add(messages.PartReply{Place: place, Status: 200, Body: []byte(fmt.Sprintf(`{"text":%q}`, text))})
		}
		f.sign(v, 200, json.RawMessage(replies.Take()))
		bundles.Add(1)
	})
	c := w.client()
	crowd(t, 16, func() bool { return bundles.Load() > 0 }, func(i int) error { return assemblingJob(c, fmt.Sprint("question ", i)) })
}

// All answers may be there before the stream has acknowledged the job, those of a
// worker that died before it had answered all, too.
func TestNoAnswerIsLostBeforeTheReceiptIsThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var most atomic.Int64
	f := w.fakeOf(echoQuery(t), func(f *fake, v envelope.Verified) {
		asked := queries(t, v)
		for _, answered := range [][]string{asked[:len(asked)-1], asked} {
			for place, text := range answered {
				f.signPart(v, place, 200, messages.AssembleReply{Text: text})
			}
		}
		most.Store(max(most.Load(), int64(len(asked))))
	})
	if _, err := f.nc.Subscribe(subjects(t).JobAll(), func(m *nats.Msg) {
		now := time.Now()
		v, err := f.verifier.Verify(envelope.Incoming{
			Lane: messages.LaneJob, Subject: m.Subject, Header: m.Header, Body: m.Data, Now: now, StreamTime: now,
		})
		if err != nil {
			t.Error(err)
			return
		}
		f.open(v, m.Header)
		_ = m.Respond([]byte(`{"stream":"CTX_JOBS","seq":4}`)) // in the order of what it published, so the answers are there
	}); err != nil {
		t.Fatal(err)
	}
	flush(t, f.nc)
	c := w.client(func(o *client.Options) {
		o.Clock = func() time.Time { // answers come sooner than they are judged
			<-time.After(time.Millisecond)
			return time.Now()
		}
	})
	crowd(t, 32, func() bool { return most.Load() == client.DefaultBundle }, func(i int) error { return assemblingJob(c, fmt.Sprint("question ", i)) })
}

// An older worker buries a bundle. Alone its calls may not be sent again: of
// what is said of a job in the stream nothing proves that it is not done later.
func TestAJobThatWasRefusedAsAWholeIsNotSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var mu sync.Mutex
	refused := make(map[string]bool)
	w.workOf(w.jobs(), func(r taken) {
		q := body[messages.AssembleRequest](t, r).Query
		mu.Lock()
		defer mu.Unlock()
		if refused[q] {
			t.Errorf("%q came again", q)
		}
		r.answer(200, messages.AssembleReply{Text: q})
	}, func(f *fake, v envelope.Verified) {
		mu.Lock()
		for _, q := range queries(t, v) {
			refused[q] = true
		}
		mu.Unlock()
		_, err := messages.Decode[messages.AssembleRequest](v.Body())
		f.sign(v, messages.CodeOf(err).Status(), err)
	})
	c := w.client()
	round := 0
	enough := func() bool {
		mu.Lock()
		defer mu.Unlock()
		round++
		return len(refused) > 0
	}
	crowd(t, 32, enough, func(i int) error {
		q := fmt.Sprintf("question %d of round %d", i, round)
		err := assemblingJob(c, q)
		mu.Lock()
		defer mu.Unlock()
		if refused[q] != messages.HasCode(err, messages.CodeBadJSON) || errors.Is(err, client.ErrPending) {
			return fmt.Errorf("%q refused %t: %w", q, refused[q], err)
		}
		return nil
	})
}
