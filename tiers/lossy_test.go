package tiers

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

// Removals that are not answered may be lost, come when others have merged the
// log again, or come when what buried them is gone. Whatever becomes of them,
// reads are a replay of what was written, a condition on the newest segment
// holds if nothing came in between, and what was applied stays known.
func TestHistoriesReadAsAPlainReplayThoughRemovalsAreLostOrLate(t *testing.T) {
	t.Parallel()
	server, clock := natstest.Start(t), newClock()
	workers, lines := lossyWorkers(t, server, clock, func(i int, c *Config) {
		c.Compact.Segments, c.Compact.MaxBytes = 1, []int{0, 400, 200}[i]
	})
	for _, w := range workers {
		w.compactor.outlines.from = 1 // of small logs, too
	}
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		h := &lossyHistory{history: history{
			rt: rt, workers: workers, clock: clock, owner: session(fmt.Sprintf("s%d", run)), model: map[string]version{},
		}, lines: lines}
		h.sound()
		rt.Repeat(map[string]func(*rapid.T){
			"put": h.put, "delete": h.delete, "delete more": h.delete, "clear": h.clear, "time": h.time, "long": h.long,
			"compact": h.compact, "kill": h.kill, "pause": h.pause, "resume": h.resume, "sweep": h.sweep, "sweep again": h.sweep,
			"fate": h.fate, "release": h.release, "unchanged": h.unchanged, "applied": h.applied,
			"": h.check,
		})
	})
}

// lossyWorkers are three whose connections may lose removals, and that do nothing by themselves.
func lossyWorkers(t *testing.T, server *natsd.Server, clock *manualClock, change func(i int, c *Config)) (workers []*world, lines []*lossy) {
	t.Helper()
	for i := range 3 {
		line := &lossy{}
		nc := natstest.Connect(t, server, nats.SetCustomDialer(line))
		workers = append(workers, onConn(t, server, nc, clock, func(c *Config) {
			c.Compact.Disabled, c.GC.Disabled = true, true
			change(i, c)
		}))
		lines = append(lines, line)
	}
	return workers, lines
}

type lossyHistory struct {
	history
	lines []*lossy
}

// sound has nothing lost, and nothing late that was kept back before.
func (h *lossyHistory) sound() {
	for _, line := range h.lines {
		line.fate(passed)
		line.release()
	}
}

func (h *lossyHistory) line(rt *rapid.T) *lossy { return rapid.SampledFrom(h.lines).Draw(rt, "line") }

func (h *lossyHistory) fate(rt *rapid.T) {
	h.line(rt).fate(rapid.SampledFrom([]fate{passed, lost, late, lostOrPassed, lateOrPassed}).Draw(rt, "fate"))
}

// long is longer than tombstones live.
func (h *lossyHistory) long(*rapid.T) {
	h.clock.advance(h.workers[0].cfg.tombstoneLife() + time.Second)
}

func (h *lossyHistory) release(rt *rapid.T) { h.line(rt).release() }

// unchanged writes what may be written only if nothing came since; held, so
// that it keeps its name for a while, if it was published before.
func (h *lossyHistory) unchanged(rt *rapid.T) {
	w := h.worker()
	v, _ := w.Read(h.ctx(), h.owner, messages.Owner{}, page.Freshness{Reload: true})
	if v.Err != nil {
		rt.Fatalf("read: %v", v.Err)
	}
	it := item(rapid.SampledFrom(historyIDs).Draw(rt, "id"), fmt.Sprintf("c%d", h.names))
	cond := page.Condition{Unchanged: true, LastSegment: v.Page.LastSegment(), Again: rapid.Bool().Draw(rt, "again")}
	if _, err := w.Append(h.ctx(), h.owner, h.name(), puts(h.clock.now(), it), cond); err != nil {
		rt.Fatalf("nothing came since %d: %v", v.Page.LastSegment(), err)
	}
	h.model[it.ID] = version{text: it.Text}
}

// applied asks for a request that took effect in the last hours.
func (h *lossyHistory) applied(rt *rapid.T) {
	if h.names == 0 {
		return
	}
	name := fmt.Sprintf("req-%d", rapid.IntRange(max(1, h.names-10), h.names).Draw(rt, "request"))
	if _, done, err := h.worker().Applied(h.ctx(), h.owner, name, 0); err != nil || !done {
		rt.Fatalf("%s: %v, %v", name, done, err)
	}
}

// A fate is what becomes of removals that nobody waits for.
type fate int

const (
	passed fate = iota
	lost
	late
	lostOrPassed
	lateOrPassed
)

// A lossy connection loses removals to which no answer is asked for, or keeps
// them back.
type lossy struct {
	mu   sync.Mutex
	conn net.Conn
	are  fate
	n    int
	kept []byte
}

func (l *lossy) Dial(network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(context.Background(), network, address)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn = conn
	return lossyConn{conn, l}, err
}

func (l *lossy) fate(f fate) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.are = f
}

// release sends what was kept back.
func (l *lossy) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = l.conn.Write(l.kept)
	l.kept = nil
}

type lossyConn struct {
	net.Conn
	line *lossy
}

// Write takes whole messages, as the client sends them.
func (c lossyConn) Write(b []byte) (int, error) {
	c.line.mu.Lock()
	defer c.line.mu.Unlock()
	var out []byte
	for rest := b; len(rest) > 0; {
		op := operation(rest)
		if bytes.HasPrefix(op, []byte("PUB $JS.API.STREAM.MSG.DELETE.")) && len(bytes.Fields(op[:bytes.IndexByte(op, '\r')])) == 3 {
			out = append(out, c.line.pass(op)...)
		} else {
			out = append(out, op...)
		}
		rest = rest[len(op):]
	}
	if _, err := c.Conn.Write(out); err != nil {
		return 0, err
	}
	return len(b), nil
}

// pass gives what is to be sent of a removal now.
func (l *lossy) pass(op []byte) []byte {
	l.n++
	switch {
	case l.are == passed, (l.are == lostOrPassed || l.are == lateOrPassed) && l.n%2 == 0:
		return op
	case l.are == late, l.are == lateOrPassed:
		l.kept = append(l.kept, op...)
	}
	return nil
}

// operation is the first of the protocol's operations.
func operation(b []byte) []byte {
	end := bytes.Index(b, []byte("\r\n")) + 2
	if line := bytes.Fields(b[:end]); bytes.Equal(line[0], []byte("PUB")) || bytes.Equal(line[0], []byte("HPUB")) {
		size, _ := strconv.Atoi(string(line[len(line)-1]))
		end += size + 2
	}
	return b[:end]
}
