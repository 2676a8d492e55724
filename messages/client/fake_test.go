package client_test

import (
	"encoding/json"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// A taken is a request that the fake worker has verified, the n-th of its
// life, counted from 1.
type taken struct {
	n      int
	op     messages.Op
	id     string
	time   int64
	expiry int64
	body   []byte
	reply  string
	answer func(status int, body any) // signs and sends, as often as it is called
}

// A fake is a worker that verifies and signs like a real one, and lets a test
// decide what to answer.
type fake struct {
	t        testing.TB
	nc       *nats.Conn
	verifier *envelope.Verifier
	serve    func(taken)
	asWhole  func(*fake, envelope.Verified)

	mu   sync.Mutex
	seen []taken
	came int // messages they came in
}

// world is a server, a key and a place to make clients and workers.
type world struct {
	t      testing.TB
	server *natsd.Server
	key    envelope.Key
}

func newWorld(t testing.TB, configure ...func(*natsd.Options)) *world {
	t.Helper()
	return &world{t: t, server: natstest.Start(t, configure...), key: newKey()}
}

func newKey() envelope.Key {
	return envelope.Key{
		ID:      "web",
		Secrets: []envelope.Secret{envelope.NewSecret([]byte("a secret of some thirty-two bytes"))},
		Tenants: []string{"acme"},
		Grants:  []messages.Grant{messages.GrantRead, messages.GrantWrite},
	}
}

// client makes a client for the world's key, short of patience.
func (w *world) client(change ...func(*client.Options)) *client.Client {
	w.t.Helper()
	return w.clientOn(natstest.Connect(w.t, w.server), change...)
}

func (w *world) clientOn(nc *nats.Conn, change ...func(*client.Options)) *client.Client {
	w.t.Helper()
	o := client.Options{Tenant: "acme", KeyID: w.key.ID, Secret: w.key.Secrets[0]}
	for _, c := range change {
		c(&o)
	}
	c, err := client.New(nc, o)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(c.Close)
	return c
}

// fake starts a fake worker on the ask lane.
func (w *world) fake(serve func(taken)) *fake { return w.fakeOf(serve, nil) }

// fakeOf starts a fake worker whose answers to bundles asWhole gives, unless it is nil.
func (w *world) fakeOf(serve func(taken), asWhole func(*fake, envelope.Verified)) *fake {
	w.t.Helper()
	ring, err := envelope.NewRing([]envelope.Key{w.key})
	if err != nil {
		w.t.Fatal(err)
	}
	subjects := subjects(w.t)
	f := &fake{
		t: w.t, nc: natstest.Connect(w.t, w.server), serve: serve, asWhole: asWhole,
		verifier: envelope.NewVerifier(envelope.DefaultAudience, subjects, ring, envelope.Limits{}),
	}
	if _, err := f.nc.QueueSubscribe(subjects.AskAll(), "workers", f.ask); err != nil {
		w.t.Fatal(err)
	}
	flush(w.t, f.nc)
	return f
}

func (f *fake) ask(m *nats.Msg) {
	v, err := f.verifier.Verify(envelope.Incoming{
		Lane: messages.LaneAsk, Subject: m.Subject, Reply: m.Reply, Header: m.Header, Body: m.Data, Now: time.Now(),
	})
	if err != nil {
		f.refuse(m, err)
		return
	}
	f.open(v, m.Header)
}

// open takes the requests of a verified message.
func (f *fake) open(v envelope.Verified, h nats.Header) {
	f.mu.Lock()
	f.came++
	f.mu.Unlock()
	if f.asWhole != nil && v.Bundled() {
		f.asWhole(f, v)
		return
	}
	if !v.Bundled() {
		f.take(v, h, func(status int, body any) { f.sign(v, status, body) })
		return
	}
	parts, err := v.Parts()
	if err != nil {
		f.t.Error(err)
	}
	for place, part := range parts {
		f.take(part, h, func(status int, body any) { f.signPart(v, place, status, body) })
	}
}

// take notes a verified request and hands it to the test.
func (f *fake) take(v envelope.Verified, h nats.Header, answer func(status int, body any)) {
	expiry := headerTime(f.t, h, envelope.HeaderExpires)
	f.mu.Lock()
	r := taken{
		n: len(f.seen) + 1, op: v.Op(), id: v.ID(), body: v.Body(), reply: v.Reply(),
		time: v.Time(), expiry: expiry,
		answer: answer,
	}
	f.seen = append(f.seen, r)
	f.mu.Unlock()
	f.serve(r)
}

// refuse answers a request that was not verified, as a worker does: unsigned.
func (f *fake) refuse(m *nats.Msg, err error) {
	if !f.verifier.SafeReply(m.Reply) {
		return
	}
	body, _ := json.Marshal(err)
	out := nats.NewMsg(m.Reply)
	out.Data = body
	out.Header.Set(envelope.HeaderErrorCode, "401")
	out.Header.Set(envelope.HeaderError, err.Error())
	f.publish(out)
}

func (f *fake) sign(v envelope.Verified, status int, body any) {
	data, err := json.Marshal(body)
	if err != nil {
		f.t.Error(err)
	}
	f.publish(&nats.Msg{Subject: v.Reply(), Header: v.SignReply(status, data, time.Now()), Data: data})
}

// signPart answers one request of a bundle, in a message of its own.
func (f *fake) signPart(whole envelope.Verified, place, status int, body any) {
	data, err := json.Marshal(body)
	if err != nil {
		f.t.Error(err)
	}
	var replies messages.PartReplies
	replies.Add(messages.PartReply{Place: place, Status: status, Body: data})
	f.sign(whole, 200, json.RawMessage(replies.Take()))
}

func (f *fake) publish(m *nats.Msg) {
	if err := f.nc.PublishMsg(m); err != nil {
		f.t.Error(err)
	}
}

// requests are those that were verified so far.
func (f *fake) requests() []taken {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]taken(nil), f.seen...)
}

// messages is how many messages they came in.
func (f *fake) messages() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.came
}

// fails answers with an error of this code.
func (r taken) fails(code messages.Code) {
	r.answer(code.Status(), messages.Errorf(code, "made by a test"))
}

// stored answers a store as if it had come to this revision.
func (r taken) stored(revision uint64) {
	var q messages.StoreRequest
	_ = json.Unmarshal(r.body, &q)
	reply := messages.StoreReply{}
	for _, it := range q.Items {
		reply.IDs = append(reply.IDs, it.ID)
	}
	if q.Session != "" {
		reply.Revision.Session = revision
	} else {
		reply.Revision.User = revision
	}
	r.answer(200, reply)
}

func subjects(t testing.TB) messages.Subjects {
	t.Helper()
	s, err := messages.NewSubjects("")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// headerTime is a header that is a time.
func headerTime(t testing.TB, h nats.Header, name string) int64 {
	t.Helper()
	ms, err := strconv.ParseInt(h.Get(name), 10, 64)
	if err != nil {
		t.Error(err)
	}
	return ms
}

func flush(t testing.TB, nc *nats.Conn) {
	t.Helper()
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
}

func body[T any](t testing.TB, r taken) T {
	t.Helper()
	v, err := messages.Decode[T](r.body)
	if err != nil {
		t.Fatalf("the worker cannot read the request: %v", err)
	}
	return v
}

func turn(text string) messages.StoreRequest {
	return messages.StoreRequest{Session: "s", Items: []messages.Item{{Text: text}}}
}
