package client_test

import (
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
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
		items[i].Level, items[i].Text = messages.ShortTerm, remark(i)
	}
	if _, err := c.Store(b.Context(), messages.StoreRequest{Session: "s", Items: items}); err != nil {
		b.Fatal(err)
	}
	request := messages.AssembleRequest{
		Session: "s", User: "u", Query: "What did the captain say about the harbour in winter?", MaxTokens: 2048, Format: messages.FormatText,
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Assemble(b.Context(), request); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAssembleAtOnce is that with 64 callers of one client, who share
// messages or have one each.
func BenchmarkAssembleAtOnce(b *testing.B) {
	for name, most := range map[string]int{"shared": client.DefaultBundle, "alone": 1} {
		b.Run(name, func(b *testing.B) {
			c := rig.Start(b).Client(func(o *client.Options) { o.Bundle = most })
			if _, err := c.Store(b.Context(), messages.StoreRequest{Session: "s", Items: []messages.Item{{Text: remark(0)}, {Text: remark(1)}}}); err != nil {
				b.Fatal(err)
			}
			b.SetParallelism(64 / runtime.GOMAXPROCS(0))
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := c.Assemble(b.Context(), messages.AssembleRequest{Session: "s", Query: "harbour", MaxTokens: 2048}); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

// remark is the i-th text of a conversation: no two are much alike.
func remark(i int) string {
	words := strings.Fields(`harbour captain winter letter garden piano market river engine teacher
		morning window bread violin doctor summer ticket mountain kitchen painting lantern bicycle
		museum island teacup forest station blanket orchard compass sailor thunder cellar recipe
		festival notebook bridge candle sparrow carpet hammer village pocket mirror barrel ladder`)
	random := rand.New(rand.NewPCG(1, uint64(i)))
	var text strings.Builder
	for range 14 {
		text.WriteString(words[random.IntN(len(words))] + " ")
	}
	return text.String()
}
