package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// jobs makes the job stream, as the first worker of a deployment does.
func (w *world) jobs() jetstream.Stream {
	w.t.Helper()
	js, err := jetstream.New(natstest.Connect(w.t, w.server))
	if err != nil {
		w.t.Fatal(err)
	}
	s, err := js.CreateStream(context.Background(), jetstream.StreamConfig{
		Name: "CTX_JOBS", Subjects: []string{subjects(w.t).JobAll()}, Retention: jetstream.WorkQueuePolicy,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// work starts a fake worker on the job lane.
func (w *world) work(s jetstream.Stream, serve func(taken)) *fake { return w.workOf(s, serve, nil) }

// workOf starts one whose answers to bundles asWhole gives, unless it is nil.
func (w *world) workOf(s jetstream.Stream, serve func(taken), asWhole func(*fake, envelope.Verified)) *fake {
	w.t.Helper()
	f := w.fakeOf(serve, asWhole)
	c, err := s.CreateConsumer(context.Background(), jetstream.ConsumerConfig{Durable: "workers", AckPolicy: jetstream.AckExplicitPolicy})
	if err != nil {
		w.t.Fatal(err)
	}
	running, err := c.Consume(f.job)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		running.Stop()
		<-running.Closed()
	})
	return f
}

func (f *fake) job(m jetstream.Msg) {
	meta, err := m.Metadata()
	if err != nil {
		f.t.Error(err)
		return
	}
	v, err := f.verifier.Verify(envelope.Incoming{
		Lane: messages.LaneJob, Subject: m.Subject(), Header: m.Headers(), Body: m.Data(),
		Now: time.Now(), StreamTime: meta.Timestamp,
	})
	if err != nil {
		f.t.Error(err)
	} else {
		f.open(v, m.Headers())
	}
	if err := m.Ack(); err != nil {
		f.t.Error(err)
	}
}

func TestSubmitReturnsWhenTheStreamHasTheJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.jobs()
	c := w.client(func(o *client.Options) { o.JobLife = time.Hour })
	got, err := c.Submit(t.Context(), messages.OpStore, turn("a"))
	if err != nil || got.Seq != 1 || got.Duplicate {
		t.Fatalf("got %+v, %v; want the first place in the stream", got, err)
	}
	m, err := s.GetMsg(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	h := m.Header
	if h.Get(envelope.HeaderID) != got.ID || h.Get(envelope.HeaderMsgID) != got.ID || h.Get(envelope.HeaderReply) != envelope.NoReply {
		t.Errorf("the headers are %v; want the receipt's id and no inbox", h)
	}
	if life := headerTime(t, h, envelope.HeaderExpires) - headerTime(t, h, envelope.HeaderTime); life != time.Hour.Milliseconds() {
		t.Errorf("the job lives %d ms; want an hour", life)
	}
}

func TestSubmitAndWaitReturnsTheSignedReply(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.work(w.jobs(), func(r taken) {
		if r.op == messages.OpStore {
			r.stored(8)
			return
		}
		r.answer(200, messages.AssembleReply{})
	})
	c := w.client()
	var reply messages.StoreReply
	request := turn("a")
	if err := c.SubmitAndWait(t.Context(), messages.OpStore, &request, &reply); err != nil {
		t.Fatal(err)
	}
	if reply.Revision.Session != 8 {
		t.Fatalf("got revision %d; want 8", reply.Revision.Session)
	}
	if request.Items[0].Level != "" {
		t.Error("the caller's items were changed")
	}
	if f.requests()[0].reply == "" {
		t.Error("the job named no inbox")
	}
	read(t, c, "s", "")
	if got := f.asked(); got.Session != 8 {
		t.Errorf("a read then asked to have seen %+v; want 8", got)
	}
}

func TestAJobsRefusalIsTyped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.work(w.jobs(), func(r taken) { r.fails(messages.CodeConflict) })
	err := w.client().SubmitAndWait(t.Context(), messages.OpStore, turn("a"), &messages.StoreReply{})
	if !messages.HasCode(err, messages.CodeConflict) || errors.Is(err, client.ErrPending) {
		t.Fatalf("got %v; want a conflict", err)
	}
}

func TestAWaitThatEndsLeavesTheJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.jobs()
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	err := w.client().SubmitAndWait(ctx, messages.OpStore, turn("a"), &messages.StoreReply{})
	if !errors.Is(err, client.ErrPending) || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v; want ErrPending at the deadline", err)
	}
	if _, err := s.GetMsg(t.Context(), 1); err != nil {
		t.Fatalf("the job is not in the stream: %v", err)
	}
}

func TestUnsignedRepliesToAJobAreNotBelieved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	nc := natstest.Connect(t, w.server)
	w.work(w.jobs(), func(r taken) {
		for _, h := range []nats.Header{{"Status": {"503"}}, {envelope.HeaderErrorCode: {"500"}}, nil} {
			_ = nc.PublishMsg(&nats.Msg{Subject: r.reply, Header: h})
		}
		flush(t, nc)
		r.stored(8)
	})
	var reply messages.StoreReply
	err := w.client().SubmitAndWait(t.Context(), messages.OpStore, turn("a"), &reply)
	if err != nil || reply.Revision.Session != 8 {
		t.Fatalf("got %+v, %v; want the signed reply", reply, err)
	}
}

// halfDeaf is a stream that loses its first acknowledgements.
func (w *world) halfDeaf(losses int) <-chan string {
	w.t.Helper()
	nc, ids, n := natstest.Connect(w.t, w.server), make(chan string, 16), 0
	_, err := nc.Subscribe(subjects(w.t).JobAll(), func(m *nats.Msg) {
		ids <- m.Header.Get(envelope.HeaderID) + " " + m.Header.Get(envelope.HeaderSignature)
		if n++; n > losses {
			_ = m.Respond([]byte(`{"stream":"CTX_JOBS","seq":4,"duplicate":true}`))
		}
	})
	if err != nil {
		w.t.Fatal(err)
	}
	flush(w.t, nc)
	return ids
}

func TestALostReceiptIsAskedForUnderTheSameID(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ids := w.halfDeaf(2)
	got, err := w.client(quick).Submit(t.Context(), messages.OpStore, turn("a"))
	if err != nil || got.Seq != 4 || !got.Duplicate {
		t.Fatalf("got %+v, %v; want the receipt of the third try", got, err)
	}
	if a, b, c := <-ids, <-ids, <-ids; a != b || b != c {
		t.Fatalf("the tries differ: %s, %s, %s", a, b, c)
	}
}

func TestAReceiptThatNeverComesLeavesItOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.halfDeaf(100)
	c := w.client(quick, func(o *client.Options) { o.Timeout = 250 * time.Millisecond })
	_, err := c.Submit(t.Context(), messages.OpStore, turn("a"))
	if !errors.Is(err, client.ErrNoReply) || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v; want ErrNoReply", err)
	}
}

func TestNoStream(t *testing.T) {
	t.Parallel()
	c := newWorld(t).client(func(o *client.Options) { o.Retries = 1 })
	_, err := c.Submit(t.Context(), messages.OpStore, turn("a"))
	if !errors.Is(err, client.ErrNoStream) {
		t.Fatalf("got %v; want ErrNoStream", err)
	}
}

func TestAFullStreamIsUnavailable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.jobs()
	js, err := jetstream.New(natstest.Connect(t, w.server))
	if err != nil {
		t.Fatal(err)
	}
	full := s.CachedInfo().Config
	full.MaxMsgs, full.Discard = 1, jetstream.DiscardNew
	if _, err := js.UpdateStream(t.Context(), full); err != nil {
		t.Fatal(err)
	}
	c := w.client(func(o *client.Options) { o.Retries = 1 })
	if _, err := c.Submit(t.Context(), messages.OpStore, turn("a")); err != nil {
		t.Fatal(err)
	}
	_, err = c.Submit(t.Context(), messages.OpStore, turn("b"))
	if !messages.HasCode(err, messages.CodeUnavailable) {
		t.Fatalf("got %v; want unavailable", err)
	}
}

func TestJobsAreJudgedBeforeTheyAreSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.jobs()
	c := w.client()
	for name, job := range map[string]struct {
		op      messages.Op
		request any
	}{
		"another op's request": {messages.OpDelete, turn("a")},
		"a nil pointer":        {messages.OpStore, (*messages.StoreRequest)(nil)},
		"nothing to store":     {messages.OpStore, messages.StoreRequest{Session: "s"}},
		"not JSON":             {messages.OpStore, json.RawMessage("{")},
		"no object":            {messages.OpStore, json.RawMessage(` [{"session":"s"}]`)},
		"nothing at all":       {messages.OpStore, json.RawMessage(nil)},
		"several requests":     {messages.OpStore, json.RawMessage(`{"requests": [{"session":"s","items":[{"text":"x"}]}]}`)},
	} {
		if _, err := c.Submit(t.Context(), job.op, job.request); !messages.HasCode(err, messages.CodeBadRequest) {
			t.Errorf("%s: %v; want bad_request", name, err)
		}
	}
	for _, request := range []any{turn("a"), json.RawMessage(`{"session":"s"}`)} {
		if _, err := c.Submit(t.Context(), "put", request); !messages.HasCode(err, messages.CodeUnknownOperation) {
			t.Errorf("an operation that there is not: %v; want unknown_operation", err)
		}
	}
	for name, reply := range map[string]any{"nil": nil, "a nil pointer": (*messages.StoreReply)(nil), "no pointer": messages.StoreReply{}} {
		if err := c.SubmitAndWait(t.Context(), messages.OpStore, turn("a"), reply); !messages.HasCode(err, messages.CodeBadRequest) {
			t.Errorf("a reply into %s: %v; want bad_request", name, err)
		}
	}
	if _, err := c.Submit(t.Context(), messages.OpStore, json.RawMessage(`{"anything":1}`)); err != nil {
		t.Errorf("raw JSON: %v", err)
	}
	if info, err := s.Info(t.Context()); err != nil || info.State.Msgs != 1 {
		t.Errorf("the stream has %d jobs, %v; want the raw one alone", info.State.Msgs, err)
	}
}

func TestEveryOperationCanBeAJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.jobs()
	c := w.client()
	store, text := turn("a"), "new"
	for op, request := range map[messages.Op]any{
		messages.OpStore:    &store,
		messages.OpAssemble: messages.AssembleRequest{Session: "s", MaxTokens: 9},
		messages.OpList:     messages.ListRequest{Session: "s"},
		messages.OpUpdate:   messages.UpdateRequest{Session: "s", ID: "i", Text: &text},
		messages.OpDelete:   &messages.DeleteRequest{Session: "s", IDs: []string{"i"}},
		messages.OpClear:    messages.ClearRequest{Session: "s"},
		messages.OpPromote:  messages.PromoteRequest{Session: "s", IDs: []string{"i"}, To: messages.ShortTerm},
		messages.OpStats:    messages.StatsRequest{Session: "s"},
		messages.OpExport:   map[string]string{"session": "s"},
	} {
		receipt, err := c.Submit(t.Context(), op, request)
		if err != nil {
			t.Errorf("%s: %v", op, err)
			continue
		}
		m, err := s.GetMsg(t.Context(), receipt.Seq)
		if err != nil || m.Subject != subjects(t).Job("acme", op) {
			t.Errorf("%s: stored under %v, %v", op, m, err)
		}
	}
}
