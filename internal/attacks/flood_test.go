package attacks

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
)

// A process is a worker in a process of its own.
type process struct {
	cmd   *exec.Cmd
	input io.Closer
	out   bytes.Buffer
	err   bytes.Buffer
}

// flood starts a worker as a process of its own.
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

// A flood of messages of 10 MiB, on both lanes, signed and not, comes to many
// times what the worker may take. It stays under the ceiling that its limits
// come to, and serves honest callers afterwards.
func TestAFloodOfLargeMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	p := w.startProcess()
	c := w.client("victim", victim)
	eventually(t, "the process serves", func() bool {
		_, err := c.List(t.Context(), messages.ListRequest{Session: "s"})
		return err == nil
	})
	items := manyItems()
	kind := os.Getenv("KIND")
	var mh nats.Header
	if kind == "headers" { mh = manyHeaders() }
	var flood sync.WaitGroup
	for range 4 {
		nc := w.Connect()
		flood.Go(func() {
			for range 12 {
				garbage := &nats.Msg{Subject: w.Subjects.Ask(victim, messages.OpStore), Reply: "_INBOX.flood.x", Header: nats.Header{"X": {"y"}}, Data: make([]byte, messages.MaxMessageBytes)}
				signed := w.sign(letter{op: messages.OpStore, body: items, life: 5 * time.Second})
				headers := &nats.Msg{Subject: w.Subjects.Ask(victim, messages.OpStore), Reply: "_INBOX.flood.x", Header: mh}
				for k, m := range map[string]*nats.Msg{"garbage": garbage, "signed": signed, "headers": headers} {
					if kind != "" && !strings.Contains(kind, k) {
						continue
					}
					if err := nc.PublishMsg(m); err != nil {
						t.Error(err)
					}
				}
			}
			if err := nc.Flush(); err != nil {
				t.Error(err)
			}
		})
	}
	if kind == "" || strings.Contains(kind, "job") {
		for range 12 {
			w.enqueue(w.sign(letter{lane: messages.LaneJob, op: messages.OpStore, body: items, life: 5 * time.Second}))
		}
	}
	flood.Wait()
	w.drained()
	if _, err := c.List(t.Context(), messages.ListRequest{Session: "s"}); err != nil {
		t.Error("after the flood: ", err)
	}
	peak := p.end(t)
	t.Logf("%d MiB of %d", peak>>20, floodedCeiling>>20)
	if peak > floodedCeiling {
		t.Errorf("the worker had %d MiB; want at most %d", peak>>20, floodedCeiling>>20)
	}
}

// manyItems is a store of nearly 10 MiB.
func manyItems() []byte {
	r := messages.StoreRequest{Session: "s"}
	text := strings.Repeat("some words of a text that is long ", 290)
	for range 1000 {
		r.Items = append(r.Items, messages.Item{Text: text})
	}
	body, _ := json.Marshal(r)
	return body
}

func manyHeaders() nats.Header {
	h := nats.Header{}
	for i, size := 0, 0; size < messages.MaxMessageBytes; i++ {
		name := strconv.FormatInt(int64(i), 36)
		h[name] = []string{""}
		size += len(name) + 4
	}
	return h
}
