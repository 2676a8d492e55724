package attacks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/natsd"
)

// A process is a worker in a process of its own.
type process struct {
	cmd   *exec.Cmd
	input io.Closer
	out   bytes.Buffer
	err   bytes.Buffer
}

// startProcess starts a worker as a process of its own.
func (w *world) startProcess() *process {
	w.t.Helper()
	self, err := os.Executable()
	if err != nil {
		w.t.Fatal(err)
	}
	p := &process{cmd: exec.CommandContext(w.t.Context(), self)}
	p.cmd.Env = append(os.Environ(), floodedServer+"="+w.Server.URL())
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.err
	if p.input, err = p.cmd.StdinPipe(); err != nil {
		w.t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	return p
}

// end lets the process drain, and returns the most memory that it had.
func (p *process) end(t *testing.T) uint64 {
	t.Helper()
	if err := p.input.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Fatalf("%v: %s", err, p.err.String())
	}
	peak, err := strconv.ParseUint(strings.TrimSpace(p.out.String()), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return peak
}

// A flood of messages of 10 MiB on both lanes, signed and not, comes to many
// times what the worker may take. It stays under the ceiling that follows from
// its limits, and serves honest callers afterwards.
func TestAFloodOfLargeMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0, rig.Server(func(o *natsd.Options) {
		o.Configure = func(s *server.Options) { s.MaxPending = 128 << 20 } // as in deploy
	}))
	p := w.startProcess()
	c := w.client("victim", victim)
	serves := func() bool {
		_, err := c.List(t.Context(), messages.ListRequest{Session: "s"})
		return err == nil
	}
	await.That(t, "the process serves", serves)
	large := largeItems(t)
	signed := func(lane messages.Lane, session string) *nats.Msg {
		body := bytes.Replace(large, []byte(`"session":"s"`), []byte(`"session":"`+session+`"`), 1)
		return w.sign(letter{lane: lane, op: messages.OpStore, body: body, life: 20 * time.Second})
	}
	var flood sync.WaitGroup
	for i := range 4 {
		nc := w.Connect()
		letters := []*nats.Msg{w.garbage(), w.garbage()}
		for j := range 5 {
			letters = append(letters, signed(messages.LaneAsk, fmt.Sprint(i, j)))
		}
		flood.Go(func() {
			for _, m := range letters {
				if err := nc.PublishMsg(m); err != nil {
					t.Error(err)
				}
			}
			if err := nc.FlushTimeout(patience); err != nil {
				t.Error(err)
			}
		})
	}
	w.enqueue(signed(messages.LaneJob, "a"))
	w.enqueue(signed(messages.LaneJob, "b"))
	flood.Wait()
	w.publish(&nats.Msg{Subject: floodIsOver})
	w.drained()
	await.That(t, "the process serves after the flood", serves)
	if peak := p.end(t); peak > floodedCeiling {
		t.Errorf("the worker had %d MiB of memory; want at most %d", peak>>20, floodedCeiling>>20)
	}
}

// garbage is an ask of 10 MiB that nobody has signed.
func (w *world) garbage() *nats.Msg {
	return &nats.Msg{Subject: w.Subjects.Ask(victim, messages.OpStore), Reply: "_INBOX.flood", Data: make([]byte, messages.MaxMessageBytes)}
}

// largeItems is a good store of nearly 10 MiB.
func largeItems(t *testing.T) []byte {
	t.Helper()
	items := make([]messages.Item, messages.MaxItemsPerBatch)
	for i := range items {
		items[i].Text = strings.Repeat("some words of a text that is long ", 300)
	}
	body, err := json.Marshal(messages.StoreRequest{Session: "s", Items: items})
	if err != nil || len(body) > messages.MaxMessageBytes {
		t.Fatalf("%d bytes, %v", len(body), err)
	}
	return body
}
