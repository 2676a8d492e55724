package client_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// replyText is as long as a context of some 2,000 tokens.
var replyText = strings.Repeat("a context that a worker made ", 8<<10/29)

// BenchmarkEcho is what NATS itself costs: a bare request of 300 bytes, a bare reply of 8 KiB.
func BenchmarkEcho(b *testing.B) {
	w := newWorld(b)
	echo := natstest.Connect(b, w.server)
	reply := []byte(replyText)
	if _, err := echo.Subscribe("echo", func(m *nats.Msg) { _ = m.Respond(reply) }); err != nil {
		b.Fatal(err)
	}
	flush(b, echo)
	nc, request := natstest.Connect(b, w.server), make([]byte, 300)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := nc.RequestWithContext(b.Context(), "echo", request); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkProtocol adds to the echo what client and protocol cost: JSON,
// signing, verifying and signing at the worker, and verifying the reply.
func BenchmarkProtocol(b *testing.B) {
	w := newWorld(b)
	w.fake(func(r taken) { r.answer(200, messages.AssembleReply{Text: replyText}) })
	c := w.client()
	request := messages.AssembleRequest{Session: "s", User: "u", Query: strings.Repeat("q", 150), MaxTokens: 2048, Format: messages.FormatText}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Assemble(b.Context(), request); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAssemble is the whole: a worker that reads both tiers, ranks 600
// items and packs about 2,000 tokens of them.
func BenchmarkAssemble(b *testing.B) {
	c := rig.Start(b).Client()
	items := make([]messages.Item, 600)
	for i := range items {
		items[i].Level = messages.ShortTerm
		items[i].Text = fmt.Sprintf("On day %d we spoke of the harbour, of boat number %d, and of what the captain paid for it.", i, i%97)
	}
	if _, err := c.Store(b.Context(), messages.StoreRequest{Session: "s", Items: items}); err != nil {
		b.Fatal(err)
	}
	request := messages.AssembleRequest{
		Session: "s", User: "u", Query: "What did the captain pay for boat number 42?", MaxTokens: 2048, Format: messages.FormatText,
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Assemble(b.Context(), request); err != nil {
			b.Fatal(err)
		}
	}
}
