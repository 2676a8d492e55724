package main

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// Three workers share both lanes. One is killed with requests on its hands:
// every store that was acknowledged is there, and every job takes effect once.
func TestKillingAWorkerLosesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fleet := []*workerProcess{w.startWorker(t), w.startWorker(t), w.startWorker(t)}
	load := &loadgen{client: w.client(t), acknowledged: make(map[string]bool)}
	await.That(t, "every worker to have done asks and jobs", func() bool {
		load.burst(t, 10)
		return !slices.ContainsFunc(fleet, func(p *workerProcess) bool {
			return p.served(t, "ask") == 0 || p.served(t, "job") == 0
		})
	})

	var rest sync.WaitGroup
	before := load.begun()
	rest.Go(func() { load.burst(t, 150) })
	await.That(t, "the middle of the work", func() bool { return load.begun() > before+50 })
	if err := fleet[0].cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = fleet[0].wait()
	rest.Wait()
	load.burst(t, 10)
	load.check(t)
}

// A loadgen stores items on both lanes and remembers which were acknowledged.
type loadgen struct {
	client *client.Client

	mu           sync.Mutex
	next         int
	acknowledged map[string]bool
}

// begun counts the items that each lane was sent.
func (l *loadgen) begun() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.next
}

// burst stores n items on each lane, several at once.
func (l *loadgen) burst(t *testing.T, n int) {
	var group sync.WaitGroup
	slots := make(chan struct{}, 16)
	for range n {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			l.storeOne(t)
		})
	}
	group.Wait()
}

func (l *loadgen) storeOne(t *testing.T) {
	l.mu.Lock()
	l.next++
	ask, job := fmt.Sprint("ask-", l.next), fmt.Sprint("job-", l.next)
	l.mu.Unlock()
	if l.store(t, ask) {
		l.submit(t, job)
	}
}

// store stores an item by an ask.
func (l *loadgen) store(t *testing.T, id string) bool {
	_, err := l.client.Store(t.Context(), *storeOf(id))
	return l.note(t, id, err)
}

// submit stores an item by a job, and does not wait for it.
func (l *loadgen) submit(t *testing.T, id string) {
	_, err := l.client.Submit(t.Context(), messages.OpStore, storeOf(id))
	l.note(t, id, err)
}

func storeOf(id string) *messages.StoreRequest {
	return &messages.StoreRequest{Session: "s", Items: []messages.Item{{ID: id, Text: "item " + id}}}
}

// note notes that an item was acknowledged.
func (l *loadgen) note(t *testing.T, id string, err error) bool {
	if err != nil {
		t.Errorf("%s: %v", id, err)
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acknowledged[id] = true
	return true
}

// check waits until all that was acknowledged is there, and nothing else is.
func (l *loadgen) check(t *testing.T) {
	t.Helper()
	await.That(t, "every acknowledged item and job", func() bool {
		missing := maps.Clone(l.acknowledged)
		for id := range l.all(t) {
			delete(missing, id)
		}
		return len(missing) == 0
	})
	for id := range l.all(t) {
		if !l.acknowledged[id] {
			t.Errorf("%s is there, though it was not acknowledged", id)
		}
	}
}

func (l *loadgen) all(t *testing.T) map[string]bool {
	t.Helper()
	found := make(map[string]bool)
	request := messages.ListRequest{Session: "s", Limit: messages.MaxListLimit}
	for {
		reply, err := l.client.List(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		for i := range reply.Items {
			if found[reply.Items[i].ID] {
				t.Errorf("%s is listed twice", reply.Items[i].ID)
			}
			found[reply.Items[i].ID] = true
		}
		if request.Cursor = reply.Next; request.Cursor == "" {
			return found
		}
	}
}

// Three workers, each on a server of its own of a cluster of three, with three
// copies of everything: all of them work, and nothing that was acknowledged is lost.
func TestThreeWorkersOnAClusterOfThreeLoseNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cluster := natstest.StartCluster(t, 3)
	var fleet []*workerProcess
	for i := range 3 {
		fleet = append(fleet, w.startWorkerWith(t, "CTX_KEYS_FILE="+w.ring, "CTX_REPLICAS=3", "CTX_NATS_URL="+cluster.Server(i).URL()))
	}
	w.server = cluster.Server(0)
	load := &loadgen{client: w.client(t), acknowledged: make(map[string]bool)}
	await.That(t, "every worker to have done asks and jobs", func() bool {
		load.burst(t, 10)
		for _, p := range fleet {
			if p.served(t, "ask") == 0 || p.served(t, "job") == 0 {
				return false
			}
		}
		return true
	})
	load.burst(t, 100)
	load.check(t)
}
