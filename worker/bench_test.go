package worker

import (
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
)

// What an ask costs, beside a bare NATS echo of the same sizes. Signing the
// request and checking the reply are part of an ask.
func BenchmarkAsk(b *testing.B) {
	r := newRig(b)
	r.start(options{})
	for batch := range 10 {
		items := make([]messages.Item, 60)
		for i := range items {
			items[i] = messages.Item{Time: int64(batch*60 + i + 1), Text: sentence(batch*60 + i)}
		}
		store(b, r.ask, messages.StoreRequest{Session: "s", Items: items})
	}
	for _, c := range []struct {
		name string
		call call
	}{
		{"assemble", call{op: messages.OpAssemble, body: messages.AssembleRequest{Session: "s", Query: "what did we plant beside the roses?", MaxTokens: 2048}}},
		{"list", call{op: messages.OpList, body: messages.ListRequest{Session: "s", Limit: 10}}},
		{"store", call{op: messages.OpStore, body: messages.StoreRequest{Session: "other", Items: turns("one turn of a conversation")}}},
	} {
		reply := must[map[string]any](b, r.ask(c.call))
		size := len(r.ask(c.call).body)
		b.Run(c.name, func(b *testing.B) {
			b.ReportMetric(float64(size), "reply-bytes")
			inbox := newBenchInbox(b, r.nc)
			for b.Loop() {
				call := c.call
				call.reply, call.id = inbox.subject, newID(b)
				m := r.message(messages.LaneAsk, call.withDefaults(r))
				r.read(call.withDefaults(r), inbox.exchange(b, m))
			}
		})
		if len(reply) == 0 {
			b.Error("the reply is empty")
		}
	}
	echo, err := r.nc.Subscribe("echo", func(m *nats.Msg) { _ = m.Respond(make([]byte, 8<<10)) })
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = echo.Unsubscribe() }()
	b.Run("echo of 8 KiB", func(b *testing.B) {
		inbox := newBenchInbox(b, r.nc)
		for b.Loop() {
			inbox.exchange(b, &nats.Msg{Subject: "echo", Reply: inbox.subject, Data: make([]byte, 300)})
		}
	})
}

// sentence makes a turn of a conversation that is unlike the others.
func sentence(n int) string {
	words := []string{"garden", "roses", "Lisbon", "pottery", "brother", "guitar", "kitchen", "marathon", "letter", "museum", "river", "lantern", "bakery"}
	text := fmt.Sprintf("Number %d:", n)
	for i := 1; i <= 12; i++ {
		text += fmt.Sprintf(" %s%d", words[(n*i+i*i)%len(words)], (n*7+i*31)%53)
	}
	return text + "."
}

// A store by the job lane, from its publication to its signed reply.
func BenchmarkJob(b *testing.B) {
	r := newRig(b)
	r.start(options{})
	inbox := newBenchInbox(b, r.nc)
	for b.Loop() {
		call := call{op: messages.OpStore, reply: inbox.subject, id: newID(b), body: messages.StoreRequest{Session: "s", Items: turns("one turn")}}
		if _, err := r.js.PublishMsg(b.Context(), r.message(messages.LaneJob, call), jetstream.WithMsgID(call.id)); err != nil {
			b.Fatal(err)
		}
		inbox.next(b)
	}
}

type benchInbox struct {
	nc      *nats.Conn
	sub     *nats.Subscription
	subject string
}

func newBenchInbox(b *testing.B, nc *nats.Conn) *benchInbox {
	b.Helper()
	in := &benchInbox{nc: nc, subject: nats.NewInbox()}
	var err error
	if in.sub, err = nc.SubscribeSync(in.subject); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = in.sub.Unsubscribe() })
	return in
}

func (in *benchInbox) exchange(b *testing.B, m *nats.Msg) *nats.Msg {
	if err := in.nc.PublishMsg(m); err != nil {
		b.Fatal(err)
	}
	return in.next(b)
}

func (in *benchInbox) next(b *testing.B) *nats.Msg {
	m, err := in.sub.NextMsg(10 * time.Second)
	if err != nil {
		b.Fatal(err)
	}
	return m
}
