package attacks

import (
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

func TestScratchReads(t *testing.T) {
	w := newWorld(t, 0, rig.Server(func(o *natsd.Options) { o.Configure = func(s *server.Options) { s.MaxPending = 128 << 20 } }))
	p := w.startProcess()
	c := w.client("victim", victim)
	serves := func() bool {
		_, err := c.List(t.Context(), messages.ListRequest{Session: "s"})
		return err == nil
	}
	eventually(t, "the process serves", serves)
	a := w.ask(w.sign(letter{op: messages.OpStore, body: largeStore(t)}))
	t.Log(a.failed)
	for _, op := range []string{"stats", "list", "assemble", "update"} {
		var g sync.WaitGroup
		began := time.Now()
		var mu sync.Mutex
		codes := map[string]int{}
		for range 150 {
			g.Go(func() {
				c := w.client("victim", victim, func(o *client.Options) { o.Retries = -1; o.Timeout = 10 * time.Second })
				var err error
				switch op {
				case "stats":
					_, err = c.Stats(t.Context(), messages.StatsRequest{Session: "s"})
				case "update":
					x := "changed"
					_, err = c.Update(t.Context(), messages.UpdateRequest{Session: "s", ID: "nothing", Text: &x})
				case "list":
					_, err = c.List(t.Context(), messages.ListRequest{Session: "s", Limit: 1000})
				case "assemble":
					_, err = c.Assemble(t.Context(), messages.AssembleRequest{Session: "s", MaxTokens: 5000000, Query: "words"})
				}
				mu.Lock()
				codes[string(messages.CodeOf(err))]++; if err != nil && messages.CodeOf(err) == "internal" { codes[err.Error()[:30]]++ }
				if err == nil {
					codes["ok"]++
				}
				mu.Unlock()
			})
		}
		g.Wait()
		t.Log(op, time.Since(began), codes, w.Server.Inner().NumSlowConsumers())
		eventually(t, "x", serves)
		t.Log(time.Since(began))
	}
	peak := p.end(t)
	t.Log(peak >> 20)
}
