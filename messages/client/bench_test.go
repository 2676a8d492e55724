package client_test

import (
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

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

// BenchmarkAssemble adds to the echo what client and protocol cost: JSON,
// signing, verifying and signing at the worker, and verifying the reply.
func BenchmarkAssemble(b *testing.B) {
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
