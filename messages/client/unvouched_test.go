package client_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/messages/envelope"
)

// unsigned are answers that anybody can have sent, or can send.
var unsigned = map[string]nats.Msg{
	"busy":       {Data: []byte(`{"code":"overloaded"}`), Header: nats.Header{envelope.HeaderErrorCode: {"503"}}},
	"busy long":  {Data: []byte(`{"code":"overloaded","retry_after_ms":3600000}`), Header: nats.Header{envelope.HeaderErrorCode: {"503"}}},
	"nobody":     {Header: nats.Header{"Status": {"503"}}},
	"wrong key":  {Data: []byte(`{"code":"unauthorized"}`), Header: nats.Header{envelope.HeaderErrorCode: {"401"}}},
	"odd":        {Data: []byte(`{"code":"bad_request"}`), Header: nats.Header{envelope.HeaderErrorCode: {"400"}}},
	"with hopes": {Data: []byte(`{"code":"unauthorized","retryable":true}`), Header: nats.Header{envelope.HeaderErrorCode: {"401"}}},
}

// forestall has every request answered unsigned, and tells each time that it
// was, so that the worker's own answer can come after that.
func (w *world) forestall(forged nats.Msg) <-chan struct{} {
	w.t.Helper()
	done := make(chan struct{}, 64)
	w.attack(func(nc *nats.Conn, m *nats.Msg) {
		_ = nc.PublishMsg(&nats.Msg{Subject: m.Reply, Data: forged.Data, Header: forged.Header})
		_ = nc.Flush() // which fails if the test has ended
		done <- struct{}{}
	})
	return done
}

// An unsigned error may end a try that another follows, whatever it asks for.
// The last one it may not end while the worker's answer can still come.
func TestNoUnsignedErrorComesBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	for name, forged := range unsigned {
		for _, retries := range []int{-1, 1} {
			t.Run(fmt.Sprintf("%s, %d retries", name, retries), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				done := w.forestall(forged)
				w.fake(func(r taken) {
					<-done
					r.answer(200, messages.AssembleReply{Text: "true"})
				})
				c := w.client(func(o *client.Options) { o.Retries = retries })
				got, err := c.Assemble(t.Context(), messages.AssembleRequest{Session: "s", MaxTokens: 9})
				if err != nil || got.Text != "true" {
					t.Fatalf("got %q, %v; want the answer", got.Text, err)
				}
			})
		}
	}
}

// Once a worker has signed an answer, key and clock were right, and whoever says
// otherwise is held back for longer: workers may be slow for a while.
func TestAnUnsignedErrorWaitsLongerForAClientThatHadAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var late atomic.Bool
	w.fake(func(r taken) {
		if late.Load() {
			<-time.After(300 * time.Millisecond) // more than a client waits that had none
		}
		r.counts()
	})
	c := w.client(func(o *client.Options) { o.Retries = -1 })
	for range 2 {
		if _, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s"}); err != nil {
			t.Fatal(err)
		}
		w.forestall(unsigned["wrong key"])
		late.Store(true)
	}
}

// It waits as long as a try takes: whose calls take long gives them longer tries.
func TestAnUnsignedErrorWaitsAsLongAsATryForAClientThatHadAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var late atomic.Bool
	w.fake(func(r taken) {
		if late.Load() {
			<-time.After(client.DefaultAttemptTimeout + 500*time.Millisecond)
		}
		r.counts()
	})
	c := w.client(func(o *client.Options) { o.AttemptTimeout, o.Timeout = time.Minute, 2*time.Minute })
	for range 2 {
		if _, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s"}); err != nil {
			t.Fatal(err)
		}
		w.forestall(unsigned["wrong key"])
		late.Store(true)
	}
}

// That nobody is there ends a call soon if nobody ever was. Else a worker will be
// back: it may be the only one, which is restarted.
func TestACallOutlastsARestartOfTheOnlyWorker(t *testing.T) {
	t.Parallel()
	for _, had := range []bool{true, false} {
		t.Run(fmt.Sprint("had answers: ", had), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			var gone atomic.Int64 // tries that nobody hears
			f := w.fake(func(r taken) {
				if gone.Load() == 0 {
					r.counts()
				}
			})
			w.attack(func(nc *nats.Conn, m *nats.Msg) { // the server says so
				if gone.Load() > 0 && gone.Add(-1) >= 0 {
					_ = nc.PublishMsg(&nats.Msg{Subject: m.Reply, Header: nats.Header{"Status": {"503"}}})
				}
			})
			c := w.client()
			if had {
				if _, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s"}); err != nil {
					t.Fatal(err)
				}
			}
			gone.Store(5)
			_, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s"})
			if had && err != nil || !had && !errors.Is(err, client.ErrNoWorkers) {
				t.Errorf("after %d tries: %v", len(f.requests()), err)
			}
		})
	}
}

// How long to wait is not for somebody to say who did not sign: past the end of
// the call, that would be the end of it.
func TestAnUnsignedErrorSetsNoPause(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	done := w.forestall(unsigned["busy long"])
	w.fake(func(r taken) {
		<-done
		if r.n > 1 {
			r.answer(200, messages.StatsReply{Pinned: 3})
		}
	})
	c := w.client(func(o *client.Options) { o.Retries = 1 })
	if got, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s"}); err != nil || got.Pinned != 3 {
		t.Fatalf("got %+v, %v; want the answer to the second try", got, err)
	}
}

// A try that was refused unsigned may have taken effect: an update names it.
func TestAnUpdateNamesTriesThatWereRefusedUnsigned(t *testing.T) {
	t.Parallel()
	done := messages.UpdateReply{Item: messages.Item{ID: "i", Revision: 7}, Revision: messages.Revision{Session: 7}}
	for _, name := range []string{"busy", "nobody"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			forestalled := w.forestall(unsigned[name])
			f := w.fake(func(r taken) {
				if r.n < 3 {
					<-forestalled
				}
				switch {
				case r.n == 1: // takes effect, and is too late
				case len(body[messages.UpdateRequest](t, r).Tried) > 0:
					r.answer(200, done)
				default:
					r.fails(messages.CodeConflict)
				}
			})
			text := "new"
			c := w.client(func(o *client.Options) { o.Retries = 1 }) // so that the second try waits for its answer
			got, err := c.Update(t.Context(), messages.UpdateRequest{Session: "s", ID: "i", Revision: 3, Text: &text})
			if err != nil || got.Revision != done.Revision {
				t.Fatalf("got %+v, %v; want %+v", got, err, done)
			}
			seen := f.requests()
			last := body[messages.UpdateRequest](t, seen[len(seen)-1])
			if !slices.Contains(last.Tried, seen[0].id) {
				t.Errorf("the last request names %q; want the first try among them", last.Tried)
			}
		})
	}
}

// That a request came too late is no news once its try is over, and ends no
// call. Sooner it means that a clock is wrong, which no other try puts right.
func TestARefusalAsExpiredAfterTheTryEndsNoCall(t *testing.T) {
	t.Parallel()
	for past, tries := range map[time.Duration]int{client.DefaultAttemptTimeout: 2, 0: 1} {
		t.Run(fmt.Sprint(past, " after"), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			var ahead atomic.Int64
			var f *fake
			ready := make(chan struct{})
			f = w.fake(func(r taken) {
				<-ready
				if r.n > 1 {
					r.stored(1)
					return
				}
				ahead.Store(int64(past))
				f.tooLate(r)
			})
			close(ready)
			c := w.client(func(o *client.Options) {
				o.Clock = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
			})
			_, err := c.Store(t.Context(), turn("a"))
			if n := len(f.requests()); n != tries || (err == nil) != (tries > 1) {
				t.Errorf("%d tries, %v; want %d", n, err, tries)
			}
			if tries == 1 && !messages.HasCode(err, messages.CodeExpired) {
				t.Errorf("got %v; want expired", err)
			}
		})
	}
}

// tooLate tells a caller that its request came too late, and signs nothing.
func (f *fake) tooLate(r taken) {
	f.publish(&nats.Msg{Subject: r.reply, Data: []byte(`{"code":"expired"}`), Header: nats.Header{envelope.HeaderErrorCode: {"401"}}})
}

// A caller whose time is up, and whom a busy worker tells so, has had no reply in
// time: that nobody signed it is no reason to look for who else may publish.
func TestARefusalAsExpiredAfterTheCallIsNoReplyInTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var ahead atomic.Int64
	var f *fake
	ready := make(chan struct{})
	f = w.fake(func(r taken) {
		<-ready
		ahead.Store(int64(client.DefaultTimeout))
		f.tooLate(r)
	})
	close(ready)
	c := w.client(func(o *client.Options) {
		o.Retries, o.Clock = -1, func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})
	_, err := c.Store(t.Context(), turn("a"))
	if !errors.Is(err, client.ErrNoReply) || !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, client.ErrReplyNotVerified) {
		t.Errorf("got %v; want that no reply came in time", err)
	}
}
