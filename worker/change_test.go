package worker

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/operations"
)

// Many callers count one item up, through two workers. No step is lost, so
// each update saw the one before it.
func TestUpdatesWithARevisionLoseNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{})
	r.start(options{})
	store(t, r.ask, messages.StoreRequest{Session: "s", Items: turns("0")})
	const callers, steps = 4, 8
	var counting sync.WaitGroup
	for i := range callers {
		counting.Go(func() {
			for done := 0; done < steps; {
				item := list(t, r.ask, messages.ListRequest{Session: "s", IDs: []string{"t0"}}).Items[0]
				n, _ := strconv.Atoi(item.Text)
				text := strconv.Itoa(n + 1)
				o := r.ask(call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "t0", Revision: item.Revision, Text: &text}})
				switch {
				case o.failed == nil:
					done++
				case o.failed.Code != messages.CodeConflict:
					t.Errorf("failed with %v", o.failed)
					return
				}
				// Others write to the same session all the while.
				store(t, r.ask, messages.StoreRequest{Session: "s", Items: []messages.Item{{ID: "by" + strconv.Itoa(i), Text: text}}})
			}
		})
	}
	counting.Wait()
	if got := list(t, r.ask, messages.ListRequest{Session: "s", IDs: []string{"t0"}}).Items[0].Text; got != strconv.Itoa(callers*steps) {
		t.Errorf("counted to %s; want %d", got, callers*steps)
	}
}

// A laggingReader answers with what it once saw, and calls that fresh, as the
// leader of a stream does that was cut off and does not know its successor.
type laggingReader struct {
	operations.Reader
	lags *atomic.Bool
	mu   *sync.Mutex
	old  *page.View
}

func (l laggingReader) Read(ctx context.Context, session, user messages.Owner, f page.Freshness) (s, u page.View) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lags.Load() && f.MinSession <= l.old.Revision {
		return *l.old, page.View{}
	}
	s, u = l.Reader.Read(ctx, session, user, f)
	if !l.lags.Load() {
		*l.old = s
	}
	return s, u
}

// A caller who has seen an item at a revision is not told of a conflict by a
// view that is older than that.
func TestAnUpdateIsNotRefusedByAViewOlderThanItsCaller(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	lags := &atomic.Bool{}
	r.start(options{deps: func(d *Deps) { d.Reader = laggingReader{d.Reader, lags, &sync.Mutex{}, &page.View{}} }})
	stored := store(t, r.ask, messages.StoreRequest{Session: "s", Items: turns("one")})
	list(t, r.ask, messages.ListRequest{Session: "s"})
	lags.Store(true)
	revision := stored.Revision.Session
	for _, text := range []string{"two", "three"} {
		reply := must[messages.UpdateReply](t, r.ask(call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "t0", Revision: revision, Text: &text}}))
		revision = reply.Item.Revision
	}
	lags.Store(false)
	text := "four"
	fails(t, r.ask(call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "t0", Revision: stored.Revision.Session, Text: &text}}), messages.CodeConflict)
}

// Each of many deletes reports an item as deleted exactly once.
func TestConcurrentDeletesAgreeOnWhoDeleted(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{})
	r.start(options{})
	items := turns("a", "b", "c", "d", "e")
	store(t, r.ask, messages.StoreRequest{Session: "s", Items: items})
	var deleting sync.WaitGroup
	var mu sync.Mutex
	deleted := map[string]int{}
	for range 6 {
		deleting.Go(func() {
			reply := must[messages.DeleteReply](t, r.ask(call{op: messages.OpDelete, body: messages.DeleteRequest{Session: "s", IDs: ids(items)}}))
			mu.Lock()
			defer mu.Unlock()
			for _, id := range reply.Deleted {
				deleted[id]++
			}
		})
	}
	deleting.Wait()
	for _, it := range items {
		if deleted[it.ID] != 1 {
			t.Errorf("%s was deleted %d times", it.ID, deleted[it.ID])
		}
	}
}

// A provingLog proves nothing while the reader lags, as the log of a cluster
// whose leader was replaced refuses; then the reader has found the new leader.
type provingLog struct {
	operations.Log
	lags  *atomic.Bool
	asked *atomic.Int64
}

func (l provingLog) Unchanged(ctx context.Context, o messages.Owner, last uint64) error {
	l.asked.Add(1)
	if l.lags.Swap(false) {
		return messages.Errorf(messages.CodeConflict, "something was written since")
	}
	return l.Log.Unchanged(ctx, o, last)
}

// That something is not there is said of what is proved, not of what a leader
// says that was cut off.
func TestNothingIsSaidToBeMissingOnTheWordOfACutOffLeader(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	lags, asked := &atomic.Bool{}, &atomic.Int64{}
	r.start(options{deps: func(d *Deps) {
		d.Reader = laggingReader{d.Reader, lags, &sync.Mutex{}, &page.View{}}
		d.Log = provingLog{d.Log, lags, asked}
	}})
	text := "changed"
	for name, check := range map[string]func(session, id string) bool{
		"delete": func(s, id string) bool {
			reply := must[messages.DeleteReply](t, r.ask(call{op: messages.OpDelete, body: messages.DeleteRequest{Session: s, IDs: []string{id}}}))
			return len(reply.Deleted) == 1
		},
		"update": func(s, id string) bool {
			reply := must[messages.UpdateReply](t, r.ask(call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: s, ID: id, Text: &text}}))
			return reply.Item.Text == text
		},
		"clear": func(s, _ string) bool {
			return must[messages.ClearReply](t, r.ask(call{op: messages.OpClear, body: messages.ClearRequest{Session: s}})).Cleared == 1
		},
		"promote within": func(s, id string) bool {
			reply := must[messages.PromoteReply](t, r.ask(call{op: messages.OpPromote, body: messages.PromoteRequest{Session: s, IDs: []string{id}, To: messages.ShortTerm}}))
			return len(reply.Promoted) == 1
		},
		"promote to the user": func(s, id string) bool {
			reply := must[messages.PromoteReply](t, r.ask(call{op: messages.OpPromote, body: messages.PromoteRequest{Session: s, User: "u", IDs: []string{id}, To: messages.LongTerm}}))
			return len(reply.Promoted) == 1
		},
	} {
		list(t, r.ask, messages.ListRequest{Session: name}) // what the leader had when it was cut off: nothing
		items := turns("one")
		store(t, r.ask, messages.StoreRequest{Session: name, Items: items})
		before := asked.Load()
		lags.Store(true)
		if !check(name, items[0].ID) {
			t.Errorf("%s: what is there is said to be missing", name)
		}
		if asked.Load() == before {
			t.Errorf("%s: no proof was asked for: the test shows nothing", name)
		}
		lags.Store(false)
	}
}

// A conditionLog tells under which condition something was written last.
type conditionLog struct {
	failingLog
	last atomic.Pointer[page.Condition]
}

func (l *conditionLog) Append(ctx context.Context, o messages.Owner, name string, segment []byte, c page.Condition) (uint64, error) {
	l.last.Store(&c)
	return l.failingLog.Append(ctx, o, name, segment, c)
}

// Who writes again what may have been written before without a condition says
// so, for the first publish may still be on its way.
func TestAStoreThatIsWrittenAgainSaysSo(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	log := &conditionLog{}
	log.err = messages.Errorf(messages.CodeConflict, "a segment of this name exists")
	r.start(options{deps: func(d *Deps) { log.Log, d.Log = d.Log, log }})
	store(t, r.ask, messages.StoreRequest{Session: "s", Items: turns("one")})
	if c := log.last.Load(); c.Unchanged || c.Again {
		t.Errorf("the first time: %+v", *c)
	}
	log.failures.Store(1)
	store(t, r.ask, messages.StoreRequest{Session: "s", Items: turns("one")})
	if c := log.last.Load(); !c.Unchanged || !c.Again {
		t.Errorf("again: %+v", *c)
	}
}

// A lostLog writes the first segment, and says that others were faster, as when its
// answer was lost and it was tried again.
type lostLog struct {
	operations.Log
	lost atomic.Bool
}

func (l *lostLog) Append(ctx context.Context, o messages.Owner, name string, segment []byte, c page.Condition) (uint64, error) {
	seq, err := l.Log.Append(ctx, o, name, segment, c)
	if err == nil && c.Unchanged && l.lost.CompareAndSwap(false, true) {
		return 0, messages.Errorf(messages.CodeConflict, "the owner changed")
	}
	return seq, err
}

// What changed the owner in between may have been the change itself: then it is
// done, and no conflict with its own effect.
func TestAChangeIsNoConflictWithItself(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	log := &lostLog{}
	r.start(options{deps: func(d *Deps) { log.Log, d.Log = d.Log, log }})
	seen := store(t, r.ask, messages.StoreRequest{Session: "s", Items: turns("one")}).Revision.Session
	text := "mine"
	got := must[messages.UpdateReply](t, r.ask(call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "t0", Revision: seen, Text: &text}}))
	if got.Item.Text != text || got.Item.Revision <= seen || !log.lost.Load() {
		t.Errorf("%+v, lost %t; want what it changed the item to", got, log.lost.Load())
	}
	if n := r.count("KV_ctx_short"); n != 2 {
		t.Errorf("%d segments; want that of the store and that of the update", n)
	}
}
