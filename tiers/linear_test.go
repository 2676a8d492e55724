package tiers

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

// A step is one operation on an item, as a client sees it.
type step struct {
	kind   string // read, put or cas
	expect string // of cas
	value  string // written, or read
	done   bool   // took effect, or read something
	unsure bool   // may have taken effect
}

// register is what an item must behave like.
func register() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return "" },
		Step: func(state, input, output any) (bool, any) {
			in, out := input.(step), output.(step)
			switch {
			case in.kind == "read":
				return !out.done || out.value == state, state
			case out.unsure && in.kind == "cas" && in.expect != state:
				return true, state
			case !out.done && !out.unsure:
				return true, state
			case in.kind == "cas" && in.expect != state:
				return false, state
			default:
				return true, in.value
			}
		},
	}
}

// mayBeOld is how long after the loss of a leader reads may be of before it: one
// that is about to stop does not know of its successor, and is asked all the same.
// docs/PROTOCOL.md promises no more; what is written is always judged.
const mayBeOld = 5 * time.Second

// TestCompareAndSetIsLinearizableAcrossTheLossOfTheLeader records what several
// clients do to one item on three replicas while the stream's leader is
// stopped, and looks for an order that explains it.
func TestCompareAndSetIsLinearizableAcrossTheLossOfTheLeader(t *testing.T) {
	t.Parallel()
	c := natstest.StartCluster(t, 3)
	clock := newClock()
	leader := leaderOf(t, c, onMember(t, c, 0, clock), "KV_ctx_short")
	patient := func(c *Config) {
		c.Read.Attempt, c.Read.Deadline = 500*time.Millisecond, 3*time.Second
		c.Write.Attempt, c.Write.Deadline = time.Second, 5*time.Second
	}
	h := &recorded{start: time.Now()}
	stop := make(chan struct{})
	var clients sync.WaitGroup
	for n := range 4 {
		nc, err := nats.Connect(c.URL(), nats.MaxReconnects(-1), nats.ReconnectWait(20*time.Millisecond))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(nc.Close)
		w := onConn(t, c.Server((leader+1)%3), nc, clock, replicated, patient)
		clients.Go(func() { h.client(t.Context(), w, n, stop) })
	}
	await.That(t, "clients are at work", func() bool { return h.done() > 100 })
	h.lost = time.Since(h.start)
	c.Stop(leader)
	before := h.done()
	await.That(t, "clients go on without the leader", func() bool { return h.done() > before+100 && h.readsSince(h.lost+mayBeOld) > 10 })
	close(stop)
	clients.Wait()

	verdict := porcupine.CheckOperationsTimeout(register(), h.operations(), time.Minute)
	if verdict != porcupine.Ok {
		h.tell(t)
		t.Fatalf("no order explains %d operations: %v", len(h.operations()), verdict)
	}
}

// tell logs what happened, in the order in which it was begun.
func (h *recorded) tell(t *testing.T) {
	t.Helper()
	ops := slices.SortedFunc(slices.Values(h.ops), func(a, b porcupine.Operation) int { return cmp.Compare(a.Call, b.Call) })
	for _, op := range ops {
		t.Logf("client %d, %v to %v: %+v came to %+v", op.ClientId, time.Duration(op.Call), time.Duration(op.Return), op.Input, op.Output)
	}
}

// recorded is the history of all clients.
type recorded struct {
	mu        sync.Mutex
	start     time.Time
	lost      time.Duration // when the leader was stopped, since the start
	ops       []porcupine.Operation
	succeeded int
}

func (h *recorded) done() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.succeeded
}

// operations are those that are judged.
func (h *recorded) operations() []porcupine.Operation {
	return slices.DeleteFunc(slices.Clone(h.ops), func(op porcupine.Operation) bool {
		began := time.Duration(op.Call)
		return isRead(op) && h.lost <= began && began < h.lost+mayBeOld
	})
}

// readsSince is how many reads began at that time or later and had an answer.
func (h *recorded) readsSince(at time.Duration) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for _, op := range h.ops {
		if isRead(op) && op.Output.(step).done && time.Duration(op.Call) >= at {
			n++
		}
	}
	return n
}

func isRead(op porcupine.Operation) bool { return op.Input.(step).kind == "read" }

func (h *recorded) client(ctx context.Context, w *world, n int, stop chan struct{}) {
	random := rand.New(rand.NewPCG(uint64(n), 7))
	seen := ""
	for i := 0; ; i++ {
		select {
		case <-stop:
			return
		default:
		}
		in := step{kind: "cas", expect: seen, value: fmt.Sprintf("%d-%d", n, i)}
		switch random.IntN(5) {
		case 0:
			in = step{kind: "put", value: in.value}
		case 1, 2:
			in = step{kind: "read"}
		}
		call := time.Since(h.start)
		out := h.do(ctx, w, in)
		h.add(n, in, out, call)
		if out.value != "" {
			seen = out.value
		}
		jet.Pause(ctx, time.Duration(random.IntN(5))*time.Millisecond)
	}
}

func (h *recorded) add(client int, in, out step, call time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	returned := time.Since(h.start)
	if out.unsure {
		returned = 1 << 60 // it may take effect at any time
	}
	if out.done {
		h.succeeded++
	}
	h.ops = append(h.ops, porcupine.Operation{ClientId: client, Input: in, Output: out, Call: int64(call), Return: int64(returned)})
}

// do performs one step. out.value is what the item is known to be.
func (h *recorded) do(ctx context.Context, w *world, in step) (out step) {
	condition := page.Condition{}
	if in.kind != "put" {
		v := w.view(session("s"), page.Freshness{Reload: true})
		if v.Err != nil || v.Stale {
			return step{}
		}
		value := valueOf(v.Page)
		if in.kind == "read" || value != in.expect {
			return step{value: value, done: in.kind == "read"}
		}
		condition = page.Condition{Unchanged: true, LastSegment: v.Page.LastSegment()}
	}
	_, err := w.Append(ctx, session("s"), in.kind+in.value, puts(w.clock.now(), item("x", in.value)), condition)
	switch {
	case err == nil:
		return step{value: in.value, done: true}
	case messages.HasCode(err, messages.CodeConflict):
		return step{}
	default:
		return step{unsure: true}
	}
}

func valueOf(p page.Page) string {
	if i, ok := p.Find("x"); ok {
		return p.Text(i)
	}
	return ""
}
