package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/bench"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/tiers/natsd"
)

const (
	// memoryRoom is what a worker may have resident beside its L1.
	memoryRoom = 150 << 20
	// memoryL1 is the size of L1 in the long form, in MiB.
	memoryL1 = "MEMORY_L1"
)

// A fullLoad is how much a worker has to do, at its bounds on both lanes.
type fullLoad struct {
	l1       int // MiB
	sessions int // of 500 turns, so that L1 is full more than once over
	callers  int
	calls    int // of each
	heavy    int // the largest messages, of each lane
	large    int // their size in KiB
}

// A worker whose L1 is full, that answers as many callers as it can while
// both lanes bring large messages, stays at its L1 and 150 MiB. Those of 10 MiB
// come in the long form: the race detector takes minutes for them.
func TestAWorkersMemoryUnderFullLoad(t *testing.T) {
	t.Parallel()
	load := fullLoad{l1: 4, sessions: 70, callers: 8, calls: 10, heavy: 2, large: 500}
	if os.Getenv(memoryItems) != "" {
		load = longLoad(t)
	}
	w := newWorld(t, func(o *natsd.Options) { o.StoreDir = t.TempDir() })
	p := w.startWorkerWith(t, "CTX_KEYS_FILE="+w.ring, "CTX_L1="+fmt.Sprint(load.l1), "CTX_ACK_WAIT=30s")
	c := w.patientClient(t)
	load.fill(t, c)
	// A sixteenth of L1 is for what the cache has beside pages.
	if full := p.metric(t, "context_manager_l1_bytes"); full < float64(load.l1<<20)*15/16 {
		t.Fatalf("L1 has %.0f bytes of %d MiB: it was to be full", full, load.l1)
	}
	load.run(t, w, c)
	peak, bound := p.peakResident(t), detectorShare*(load.l1<<20+memoryRoom)
	p.signal(t, syscall.SIGTERM)
	if err := p.wait(); err != nil {
		t.Fatal(err)
	}
	t.Logf("with L1 of %d MiB the worker had %d MiB resident at the highest", load.l1, peak>>20)
	if peak == 0 || peak > bound {
		t.Errorf("the worker had %d MiB resident at the highest; the bound is %d", peak>>20, bound>>20)
	}
}

// longLoad is the long form, whose sessions fill L1 once over.
func longLoad(t *testing.T) fullLoad {
	t.Helper()
	l1 := 64
	if text := os.Getenv(memoryL1); text != "" {
		var err error
		if l1, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	return fullLoad{l1: l1, sessions: 15 * l1, callers: 64, calls: 200, heavy: 12, large: 9900}
}

// peakResident is the most memory that a worker has had so far, in bytes. Linux is
// asked while it lives: of an ended process it tells what this one had when it
// started it, if that was more. Elsewhere it is what the worker has now.
func (p *workerProcess) peakResident(t *testing.T) int {
	t.Helper()
	if runtime.GOOS != "linux" {
		return int(p.metric(t, "process_resident_memory_bytes"))
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			var kib int
			if _, err := fmt.Sscanf(rest, "%d kB", &kib); err != nil {
				t.Fatal(err)
			}
			return kib << 10
		}
	}
	return 0
}

// fill stores and reads sessions until their pages have filled L1.
func (l fullLoad) fill(t *testing.T, c *client.Client) {
	var next atomic.Int64
	l.each(t, func(ctx context.Context) error {
		for n := next.Add(1); n <= int64(l.sessions); n = next.Add(1) {
			r := messages.StoreRequest{Session: fmt.Sprint("full-", n)}
			for i := range memoryBatch {
				r.Items = append(r.Items, bench.Turn(int(n)*memoryBatch+i))
			}
			if _, err := c.Store(ctx, r); err != nil {
				return err
			}
			if err := l.ask(ctx, c, n); err != nil {
				return err
			}
		}
		return nil
	})
}

func (l fullLoad) ask(ctx context.Context, c *client.Client, n int64) error {
	_, err := c.Assemble(ctx, messages.AssembleRequest{
		Session: fmt.Sprint("full-", n%int64(l.sessions)+1), Query: "Which pump did the mechanic order for the heating?", MaxTokens: 2048,
	})
	return err
}

// run has callers ask and store on both lanes, and meanwhile the largest messages come.
func (l fullLoad) run(t *testing.T, w *world, c *client.Client) {
	var wg sync.WaitGroup
	for _, lane := range []messages.Lane{messages.LaneAsk, messages.LaneJob} {
		wg.Go(func() { l.largest(t, w.patientClient(t), lane) })
	}
	var n atomic.Int64
	l.each(t, func(ctx context.Context) error {
		for range l.calls {
			k := n.Add(1)
			var err error
			switch k % 5 {
			case 0:
				_, err = c.Store(ctx, oneTurn(k))
			case 1:
				var reply messages.StoreReply
				err = c.SubmitAndWait(ctx, messages.OpStore, oneTurn(k), &reply)
			default:
				err = l.ask(ctx, c, k)
			}
			if err != nil && !overloaded(err) {
				return err
			}
		}
		return nil
	})
	wg.Wait()
}

// oneTurn is the n-th store of one turn, to one of many sessions.
func oneTurn(n int64) messages.StoreRequest {
	return messages.StoreRequest{Session: fmt.Sprint("w-", n%1024), Items: []messages.Item{bench.Turn(int(n))}}
}

// largest sends the largest messages, eight at once.
func (l fullLoad) largest(t *testing.T, c *client.Client, lane messages.Lane) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for n := next.Add(1); n <= int64(l.heavy); n = next.Add(1) {
				r := messages.StoreRequest{Session: fmt.Sprint("large-", lane, n)}
				for i := range l.large / 100 {
					r.Items = append(r.Items, messages.Item{ID: fmt.Sprint("i", i), Text: strings.Repeat(fmt.Sprintf("The boiler of house %3d was repaired on Tuesday. ", i), 2100)})
				}
				var err error
				if lane == messages.LaneAsk {
					_, err = c.Store(t.Context(), r)
				} else {
					var reply messages.StoreReply
					err = c.SubmitAndWait(t.Context(), messages.OpStore, r, &reply)
				}
				if err != nil && !overloaded(err) {
					t.Errorf("a large message on the %s lane: %v", lane, err)
				}
			}
		})
	}
	wg.Wait()
}

// overloaded tells whether a worker said that it has no room: it may.
func overloaded(err error) bool {
	var e *messages.Error
	return errors.As(err, &e) && e.Code == messages.CodeOverloaded
}

func (l fullLoad) each(t *testing.T, do func(context.Context) error) {
	t.Helper()
	var wg sync.WaitGroup
	for range l.callers {
		wg.Go(func() {
			if err := do(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
