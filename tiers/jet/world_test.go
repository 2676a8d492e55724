package jet

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, natstest.Lasting()...) }

// A world is a server with a stream of one message a subject, and what asks it.
type world struct {
	t      testing.TB
	nc     *nats.Conn
	js     jetstream.JetStream
	mux    *Mux
	stream Stream
	direct *Direct
	shared counter
}

// A counter counts what is shared.
type counter struct{ n atomic.Int64 }

func (c *counter) Add(f float64) { c.n.Add(int64(f)) }

const (
	testSlots  = 256
	testAnswer = 4 << 20 // bytes
	testWait   = 20 * time.Second
)

func newWorld(t testing.TB) *world {
	t.Helper()
	return onConn(t, natstest.Connect(t, natstest.Start(t)))
}

func onConn(t testing.TB, nc *nats.Conn) *world {
	t.Helper()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	_, err = js.CreateStream(t.Context(), jetstream.StreamConfig{
		Name: "LOG", Subjects: []string{"log.>"}, MaxMsgsPerSubject: 1, AllowDirect: true, Storage: jetstream.MemoryStorage,
	})
	if err != nil {
		t.Fatal(err)
	}
	m, err := NewMux(nc, testSlots)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	w := &world{t: t, nc: nc, js: js, mux: m, stream: Stream{Mux: m, Name: "LOG"}}
	w.direct = w.directOn(DirectGet + "LOG")
	return w
}

// directOn gives direct gets that are asked on a subject.
func (w *world) directOn(subject string) *Direct {
	return NewDirect(w.mux, subject, testAnswer, &w.shared)
}

// put stores a message under log.<reader> and gives its sequence.
func (w *world) put(reader, name, data string) uint64 {
	w.t.Helper()
	ack, err := w.js.Publish(w.t.Context(), "log."+reader+"."+name, []byte(data))
	if err != nil {
		w.t.Fatal(err)
	}
	return ack.Sequence
}

// wildcard is what a reader asks for.
func wildcard(reader string) string { return "log." + reader + ".>" }

// together has readers share a request, and gives what each is answered.
func (w *world) together(from uint64, readers ...string) []string {
	w.t.Helper()
	free := w.direct.convoy.block()
	var calls []*Call
	for _, r := range readers {
		calls = append(calls, w.share(r, from))
	}
	free()
	got := make([]string, len(readers))
	for i, c := range calls {
		got[i] = w.answer(c, readers[i])
	}
	return got
}

func (w *world) share(reader string, from uint64) *Call {
	w.t.Helper()
	c, err := w.direct.Share(wildcard(reader), from)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// answer waits for what a reader is answered, gives that as "name=data" in the
// stream's order, and releases the call.
func (w *world) answer(c *Call, reader string) string {
	w.t.Helper()
	return w.answerIn(w.t.Context(), c, reader)
}

// answerIn is answer for who gives up when ctx ends.
func (w *world) answerIn(ctx context.Context, c *Call, reader string) string {
	w.t.Helper()
	defer c.Release()
	replies, err := c.Wait(ctx, testWait)
	if err != nil {
		return err.Error()
	}
	if _, err := replies.End(); err != nil {
		return err.Error()
	}
	if err := c.Whole(); err != nil {
		return err.Error()
	}
	var got []string
	for _, msg := range replies.Messages() {
		subject, _, err := PlaceOf(msg)
		name, own := strings.CutPrefix(subject, "log."+reader+".")
		if err != nil || !own {
			w.t.Errorf("%s was given %s: %v", reader, subject, err)
		}
		got = append(got, name+"="+string(msg.Data))
	}
	return strings.Join(got, " ")
}
