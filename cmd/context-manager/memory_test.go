package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

const (
	// memoryItems says how many items the soak stores; "make memory" stores a million.
	memoryItems  = "MEMORY_ITEMS"
	memoryBatch  = 500
	memorySample = 5 // batches between two looks
	// memoryBound is what docs promise of a worker: its L1, here 8 MiB, and
	// 150 MiB more, resident. It is far below what a million items take.
	memoryBound = detectorShare * (8 + 150) << 20
)

// However many items pass through a worker, its memory stays inside a bound
// that follows from its configuration and not from their number.
func TestAWorkersMemoryStaysInItsBound(t *testing.T) {
	t.Parallel()
	items := 5_000
	if text := os.Getenv(memoryItems); text != "" {
		var err error
		if items, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	w := newWorld(t)
	p, c := w.startWorker(t), w.client(t)
	var highest, first float64 // bytes resident
	for batch := range items / memoryBatch {
		session := fmt.Sprint("s", batch)
		list := make([]messages.Item, memoryBatch)
		for i := range list {
			list[i].Text = fmt.Sprintf("In session %d somebody said, as number %d, that %s.", batch, i, strings.Repeat("the weather is fine ", 5))
		}
		if _, err := c.Store(t.Context(), messages.StoreRequest{Session: session, Items: list}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Assemble(t.Context(), messages.AssembleRequest{Session: session, Query: "what was said of the weather", MaxTokens: 2000}); err != nil {
			t.Fatal(err)
		}
		if batch%memorySample == memorySample-1 {
			resident := p.metric(t, "process_resident_memory_bytes")
			if first == 0 {
				first = resident
			}
			highest = max(highest, resident)
		}
	}
	t.Logf("%d items: %.0f MiB resident at first, %.0f MiB at most; heap of %.0f MiB at the end", items, first/(1<<20), highest/(1<<20),
		p.metric(t, "go_memstats_heap_inuse_bytes")/(1<<20))
	if highest == 0 || highest > memoryBound {
		t.Errorf("the worker has had %.0f MiB; the bound is %d", highest/(1<<20), memoryBound>>20)
	}
}

// metric reads one metric without labels of the worker.
func (p *workerProcess) metric(t *testing.T, name string) float64 {
	t.Helper()
	for line := range strings.Lines(get(t, p.url+"/metrics")) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), name+" "); ok {
			number, err := strconv.ParseFloat(value, 64)
			if err != nil {
				t.Fatal(err)
			}
			return number
		}
	}
	t.Fatalf("the worker has no metric %s", name)
	return 0
}
