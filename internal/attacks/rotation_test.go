package attacks

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/messages/envelope"
)

// A key gets a second secret, its callers change over, the first goes: while
// requests come all the time, none is refused. After that the first opens nothing.
func TestRotationDropsNoRequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	ring := func(words ...string) {
		key, _ := w.Ring.Find("rotating")
		key.Secrets = secrets(words...)
		changed, err := envelope.NewRing([]envelope.Key{key})
		if err != nil {
			t.Fatal(err)
		}
		for _, worker := range w.workers {
			worker.Verifier.SetRing(changed)
		}
	}
	with := func(word string) *client.Client {
		return w.client("rotating", victim, func(o *client.Options) { o.Secret, o.Retries = secrets(word)[0], -1 })
	}
	ring("old")
	load := startLoad(t, with("old"), with("old"))
	load.next(20)
	ring("old", "new")
	load.next(20)
	for i := range load.callers {
		load.callers[i].Store(with("new"))
		load.next(10)
	}
	ring("new")
	load.next(20)
	load.end()
	if _, err := with("old").List(t.Context(), messages.ListRequest{Session: "s"}); !messages.HasCode(err, messages.CodeUnauthorized) {
		t.Errorf("the old secret still opens: %v", err)
	}
}

// A load sends requests of both lanes, as fast as they are answered, and
// fails the test if one is refused.
type load struct {
	t       *testing.T
	callers []atomic.Pointer[client.Client]
	done    []atomic.Int64
	stop    context.CancelFunc
	running sync.WaitGroup
}

func startLoad(t *testing.T, clients ...*client.Client) *load {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	l := &load{t: t, callers: make([]atomic.Pointer[client.Client], len(clients)), done: make([]atomic.Int64, len(clients)), stop: stop}
	for i, c := range clients {
		l.callers[i].Store(c)
		l.running.Go(func() {
			for ctx.Err() == nil {
				l.once(i)
			}
		})
	}
	return l
}

func (l *load) once(i int) {
	c := l.callers[i].Load()
	store := messages.StoreRequest{Session: "s", Items: []messages.Item{{ID: "i", Text: "under load"}}}
	if _, err := c.Store(l.t.Context(), store); err != nil {
		l.t.Error("ask: ", err)
	}
	var reply messages.StoreReply
	if err := c.SubmitAndWait(l.t.Context(), messages.OpStore, &store, &reply); err != nil {
		l.t.Error("job: ", err)
	}
	l.done[i].Add(1)
}

// next returns when every caller has had n more answers.
func (l *load) next(n int64) {
	l.t.Helper()
	for i := range l.done {
		goal := l.done[i].Load() + n
		await.That(l.t, "requests are answered", func() bool { return l.done[i].Load() >= goal || l.t.Failed() })
	}
}

func (l *load) end() {
	l.stop()
	l.running.Wait()
}
