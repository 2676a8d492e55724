package room

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// patience is how long a test waits for what has to happen.
const patience = 90 * time.Second

// pagesOf is a reader of owners whose pages have made-up sizes.
type pagesOf map[string]int

func (p pagesOf) Read(_ context.Context, session, user messages.Owner, _ page.Freshness) (s, u page.View) {
	return p.view(session), p.view(user)
}

func (p pagesOf) view(o messages.Owner) page.View {
	if !o.Present() {
		return page.View{}
	}
	text := strings.Repeat("x", p[o.ID])
	segment := page.AppendSegment(nil, page.Segment{Entries: []page.Entry{{Kind: page.Put, Item: page.Item{ID: "i", Text: text}}}})
	made, err := page.Fold(page.Page{}, []page.Stored{{Name: "s", Seq: 1, Data: segment}}, 1, 0)
	return page.View{Page: made, Revision: 1, Err: err}
}

func sessionOf(id string) messages.Owner {
	return messages.Owner{Kind: messages.SessionOwner, Tenant: "acme", ID: id}
}

func (r *Room) mustRead(ctx context.Context, t *testing.T, id string) page.View {
	t.Helper()
	s, _ := r.Read(ctx, sessionOf(id), messages.Owner{}, page.Freshness{})
	return s
}

func TestRoomIsTakenByWhatIsRead(t *testing.T) {
	t.Parallel()
	r := New(pagesOf{"large": 600 << 10, "small": 10}, 2<<20, time.Second)
	first, leave := r.Enter(t.Context(), messages.LaneAsk)
	second, leaveSecond := r.Enter(t.Context(), messages.LaneAsk)
	defer leaveSecond()
	if v := r.mustRead(first, t, "large"); v.Err != nil {
		t.Fatal(v.Err)
	}
	for range 2 { // the second time its size is known, so it is not read at all
		v := r.mustRead(second, t, "large")
		if !messages.HasCode(v.Err, messages.CodeOverloaded) || v.Page.Len() != 0 {
			t.Fatalf("with no room left: %d items, %v", v.Page.Len(), v.Err)
		}
	}
	if v := r.mustRead(second, t, "small"); v.Err != nil {
		t.Errorf("a small owner beside it: %v", v.Err)
	}
	leave()
	if v := r.mustRead(second, t, "large"); v.Err != nil {
		t.Errorf("when there is room again: %v", v.Err)
	}
	if v := r.mustRead(t.Context(), t, "large"); v.Err != nil {
		t.Errorf("what is no request takes no room: %v", v.Err)
	}
}

func TestWhatIsLargerThanTheRoomHasItAlone(t *testing.T) {
	t.Parallel()
	r := New(pagesOf{"huge": 4 << 20}, 2<<20, 0)
	for range 3 {
		ctx, leave := r.Enter(t.Context(), messages.LaneAsk)
		if v := r.mustRead(ctx, t, "huge"); v.Err != nil {
			t.Error(v.Err)
		}
		leave()
	}
}

func TestJobsWaitForRoomOfTheirOwn(t *testing.T) {
	t.Parallel()
	r := New(pagesOf{"large": 600 << 10}, 2<<20, 0)
	ask, leaveAsk := r.Enter(t.Context(), messages.LaneAsk)
	defer leaveAsk()
	job, leave := r.Enter(t.Context(), messages.LaneJob)
	for _, ctx := range []context.Context{ask, job} {
		if v := r.mustRead(ctx, t, "large"); v.Err != nil {
			t.Fatal(v.Err)
		}
	}
	var waiting sync.WaitGroup
	waiting.Go(func() {
		later, leave := r.Enter(t.Context(), messages.LaneJob)
		defer leave()
		if v := r.mustRead(later, t, "large"); v.Err != nil {
			t.Error(v.Err)
		}
	})
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	impatient, leaveImpatient := r.Enter(ended, messages.LaneJob)
	defer leaveImpatient()
	if v := r.mustRead(impatient, t, "large"); !messages.HasCode(v.Err, messages.CodeOverloaded) {
		t.Errorf("a job whose time is up: %v", v.Err)
	}
	leave()
	waiting.Wait()
}

func userOf(id string) messages.Owner {
	return messages.Owner{Kind: messages.UserOwner, Tenant: "acme", ID: id}
}

// A request that reads a session and then a user has both, and one that reads
// the same owner again has only what it read last.
func TestRoomIsTakenByAllThatARequestHas(t *testing.T) {
	t.Parallel()
	r := New(pagesOf{"a": 400 << 10, "b": 400 << 10, "other": 400 << 10}, 2<<20, 0)
	mine, leave := r.Enter(t.Context(), messages.LaneAsk)
	defer leave()
	for range 3 {
		if v := r.mustRead(mine, t, "a"); v.Err != nil {
			t.Fatal(v.Err)
		}
	}
	other, leaveOther := r.Enter(t.Context(), messages.LaneAsk)
	if v := r.mustRead(other, t, "other"); v.Err != nil {
		t.Errorf("beside one that was read again and again: %v", v.Err)
	}
	leaveOther()
	if _, v := r.Read(mine, messages.Owner{}, userOf("b"), page.Freshness{}); v.Err != nil {
		t.Fatal(v.Err)
	}
	if v := r.mustRead(other, t, "other"); !messages.HasCode(v.Err, messages.CodeOverloaded) {
		t.Errorf("beside a session and a user: %v", v.Err)
	}
}

// Who reads less than it was given room for, as of an owner that was cleared since,
// gives back what is too much at once, and not as it leaves.
func TestRoomThatIsNotNeededIsGivenBack(t *testing.T) {
	t.Parallel()
	pages := pagesOf{"cleared": 600 << 10, "other": 600 << 10}
	r := New(pages, 2<<20, 0)
	mine, leave := r.Enter(t.Context(), messages.LaneAsk)
	other, leaveOther := r.Enter(t.Context(), messages.LaneAsk)
	defer leaveOther()
	for _, size := range []int{600 << 10, 10} {
		pages["cleared"] = size
		if v := r.mustRead(mine, t, "cleared"); v.Err != nil {
			t.Fatal(v.Err)
		}
	}
	if v := r.mustRead(other, t, "other"); v.Err != nil {
		t.Errorf("beside one that has little by now: %v", v.Err)
	}
	leave()
	leaveOther()
	if !r.asks.bytes.TryAcquire(1 << 20) {
		t.Error("not all of it was given back")
	}
}

// A job that waits until another has found out how large an owner is lets that
// one have the room that it waits for.
func TestAJobThatWaitsForAnotherHoldsNothing(t *testing.T) {
	t.Parallel()
	r := New(pagesOf{"large": 2 << 20, "new": 10}, 2<<20, 0)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	mine, leave := r.Enter(ctx, messages.LaneJob)
	defer leave()
	if v := r.mustRead(mine, t, "large"); v.Err != nil {
		t.Fatal(v.Err)
	}
	reload := func(ctx context.Context) {
		if _, v := r.Read(ctx, messages.Owner{}, userOf("new"), page.Freshness{Reload: true}); v.Err != nil {
			t.Error(v.Err)
		}
	}
	var first sync.WaitGroup
	first.Go(func() {
		its, leave := r.Enter(ctx, messages.LaneJob)
		defer leave()
		reload(its)
	})
	await.That(t, "another reads the owner first", func() bool {
		r.sizes.mu.Lock()
		defer r.sizes.mu.Unlock()
		return len(r.sizes.learning) == 1
	})
	reload(mine)
	first.Wait()
}

// A gate is a reader that lets reads of what does not begin with "open" through when
// it is opened, and counts those that wait.
type gate struct {
	pagesOf
	waiting atomic.Int64
	opened  chan struct{}
}

func (g *gate) Read(ctx context.Context, session, user messages.Owner, f page.Freshness) (s, u page.View) {
	if !strings.HasPrefix(session.ID, "open") {
		g.waiting.Add(1)
		<-g.opened
		g.waiting.Add(-1)
	}
	return g.pagesOf.Read(ctx, session, user, f)
}

// Each owner whose size is not known may be one that fills the room: few are read at
// once, and nobody who reads others waits for them, nor does the other lane.
func TestFewReadOwnersOfUnknownSizeAtOnce(t *testing.T) {
	t.Parallel()
	g := &gate{pagesOf: pagesOf{}, opened: make(chan struct{})}
	r := New(g, 64<<20, 0)
	read := func(ctx context.Context, lane messages.Lane, id string) error {
		ctx, leave := r.Enter(ctx, lane)
		defer leave()
		return r.mustRead(ctx, t, id).Err
	}
	if err := read(t.Context(), messages.LaneAsk, "open"); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 5 * mostUnknown {
		all.Go(func() {
			if err := read(t.Context(), messages.LaneAsk, fmt.Sprint(i)); err != nil {
				t.Error(err)
			}
		})
	}
	await.That(t, "as many read as may", func() bool { return g.waiting.Load() == mostUnknown })
	if err := read(t.Context(), messages.LaneAsk, "open"); err != nil {
		t.Errorf("an owner whose size is known: %v", err)
	}
	if err := read(t.Context(), messages.LaneJob, "open-too"); err != nil {
		t.Errorf("the other lane: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := read(ended, messages.LaneAsk, "open-late"); !messages.HasCode(err, messages.CodeOverloaded) {
		t.Errorf("who has no time to wait: %v", err)
	}
	if n := g.waiting.Load(); n != mostUnknown {
		t.Errorf("%d read at once; want %d", n, mostUnknown)
	}
	close(g.opened)
	all.Wait()
}
