package worker

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

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
	return messages.Owner{Kind: messages.SessionOwner, Tenant: testTenant, ID: id}
}

func (r *room) mustRead(ctx context.Context, t *testing.T, id string) page.View {
	t.Helper()
	s, _ := r.Read(ctx, sessionOf(id), messages.Owner{}, page.Freshness{})
	return s
}

func TestRoomIsTakenByWhatIsRead(t *testing.T) {
	t.Parallel()
	r := newRoom(pagesOf{"large": 600 << 10, "small": 10}, Config{PageBytes: 2 << 20, RetryAfter: time.Second})
	first, leave := r.enter(t.Context(), messages.LaneAsk)
	second, leaveSecond := r.enter(t.Context(), messages.LaneAsk)
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
	r := newRoom(pagesOf{"huge": 4 << 20}, Config{PageBytes: 2 << 20})
	for range 3 {
		ctx, leave := r.enter(t.Context(), messages.LaneAsk)
		if v := r.mustRead(ctx, t, "huge"); v.Err != nil {
			t.Error(v.Err)
		}
		leave()
	}
}

func TestJobsWaitForRoomOfTheirOwn(t *testing.T) {
	t.Parallel()
	r := newRoom(pagesOf{"large": 600 << 10}, Config{PageBytes: 2 << 20})
	ask, leaveAsk := r.enter(t.Context(), messages.LaneAsk)
	defer leaveAsk()
	job, leave := r.enter(t.Context(), messages.LaneJob)
	for _, ctx := range []context.Context{ask, job} {
		if v := r.mustRead(ctx, t, "large"); v.Err != nil {
			t.Fatal(v.Err)
		}
	}
	var waiting sync.WaitGroup
	waiting.Go(func() {
		later, leave := r.enter(t.Context(), messages.LaneJob)
		defer leave()
		if v := r.mustRead(later, t, "large"); v.Err != nil {
			t.Error(v.Err)
		}
	})
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	impatient, leaveImpatient := r.enter(ended, messages.LaneJob)
	defer leaveImpatient()
	if v := r.mustRead(impatient, t, "large"); !messages.HasCode(v.Err, messages.CodeOverloaded) {
		t.Errorf("a job whose time is up: %v", v.Err)
	}
	leave()
	waiting.Wait()
}

func userOf(id string) messages.Owner {
	return messages.Owner{Kind: messages.UserOwner, Tenant: testTenant, ID: id}
}

// A request that reads a session and then a user has both, and one that reads
// the same owner again has only what it read last.
func TestRoomIsTakenByAllThatARequestHas(t *testing.T) {
	t.Parallel()
	r := newRoom(pagesOf{"a": 400 << 10, "b": 400 << 10, "other": 400 << 10}, Config{PageBytes: 2 << 20})
	mine, leave := r.enter(t.Context(), messages.LaneAsk)
	defer leave()
	for range 3 {
		if v := r.mustRead(mine, t, "a"); v.Err != nil {
			t.Fatal(v.Err)
		}
	}
	other, leaveOther := r.enter(t.Context(), messages.LaneAsk)
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

// A job that waits until another has found out how large an owner is lets that
// one have the room that it waits for.
func TestAJobThatWaitsForAnotherHoldsNothing(t *testing.T) {
	t.Parallel()
	r := newRoom(pagesOf{"large": 2 << 20, "new": 10}, Config{PageBytes: 2 << 20})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	mine, leave := r.enter(ctx, messages.LaneJob)
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
		its, leave := r.enter(ctx, messages.LaneJob)
		defer leave()
		reload(its)
	})
	eventually(t, "another reads the owner first", func() bool {
		r.sizes.mu.Lock()
		defer r.sizes.mu.Unlock()
		return len(r.sizes.learning) == 1
	})
	reload(mine)
	first.Wait()
}

// Many at once reload an owner whose size nobody knows: one is let through to find out.
func TestAnUnknownOwnerIsReloadedByOneFirst(t *testing.T) {
	t.Parallel()
	p := newPageSizes()
	done := p.alone(t.Context(), sessionOf("s"))
	var others sync.WaitGroup
	let := make(chan struct{}, 5)
	for range cap(let) {
		others.Go(func() {
			defer p.alone(t.Context(), sessionOf("s"))()
			let <- struct{}{}
		})
	}
	p.alone(t.Context(), sessionOf("t"))() // another owner is not held up
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	p.alone(ended, sessionOf("s"))() // nor who has no time left
	if len(let) != 0 {
		t.Error("others were let through before the size is known")
	}
	p.learn(sessionOf("s"), pagesOf{}.view(sessionOf("s")), true)
	done()
	others.Wait()
}

func TestPageSizesAreLearntAndForgotten(t *testing.T) {
	t.Parallel()
	p := newPageSizes()
	s := sessionOf("s")
	p.grow(s, 100)
	if got := p.of(s, false); got != unknownPage {
		t.Errorf("stored to and never read: %d", got)
	}
	read := p.learn(s, pagesOf{"s": 1000}.view(s), false)
	p.grow(s, 5000)
	if got, least := p.of(s, false), bytesOf(p.AtLeast(s)); got != read+5000 || least != got {
		t.Errorf("read and stored to: %d; want %d", got, read+5000)
	}
	if p.learn(s, page.View{Err: context.Canceled}, false); p.of(s, false) != read+5000 {
		t.Error("a read that failed was taken for an empty page")
	}
	for i := range 3 * maxPageSizes {
		p.grow(sessionOf(fmt.Sprint(i)), 1)
	}
	remembered := 0
	for i := range 3 * maxPageSizes {
		remembered += int(bytesOf(p.AtLeast(sessionOf(fmt.Sprint(i)))))
	}
	if remembered < maxPageSizes || remembered > 2*maxPageSizes || bytesOf(p.AtLeast(s)) != 0 {
		t.Errorf("%d sizes are remembered", remembered)
	}
}

func bytesOf(page, _ int64) int64 { return page }

// A reload takes the room of the log that it loads, and so does a read that
// loaded the log last time; one whose page is at hand does not.
func TestRoomIsTakenByLogsThatAreLoaded(t *testing.T) {
	t.Parallel()
	p, s := newPageSizes(), sessionOf("s")
	v := pagesOf{"s": 1000}.view(s)
	bytes := int64(len(v.Page.Bytes()))
	v.Loaded, v.Whole = 50_000, true
	if got := p.learn(s, v, true); got != 50_000 || p.of(s, true) != 50_000 || p.of(s, false) != bytes {
		t.Errorf("after a reload: %d, then %d and %d", got, p.of(s, true), p.of(s, false))
	}
	if p.learn(s, v, false); p.of(s, false) != 50_000 {
		t.Errorf("after a read that found no page: %d", p.of(s, false))
	}
	v.Loaded, v.Whole = 10, false
	if p.learn(s, v, false); p.of(s, false) != bytes || p.of(s, true) != 50_000 {
		t.Errorf("after one that found it: %d and %d", p.of(s, false), p.of(s, true))
	}
	if p.grow(s, 7); p.of(s, true) != 50_007 {
		t.Errorf("stored to: %d", p.of(s, true))
	}
}

// An owner does not grow past what can be read; to remove is always allowed,
// and what was removed may be stored again.
func TestAnOwnerDoesNotOutgrowTheRoom(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var reads atomic.Int64
	r.start(options{
		config: func(c *Config) { c.PageBytes = 2 << 20 },
		deps: func(d *Deps) {
			d.Reader = hookedReader{Reader: d.Reader, before: func(context.Context) { reads.Add(1) }}
		},
	})
	store(t, r.ask, messages.StoreRequest{Session: "s", Items: []messages.Item{{ID: "first", Text: "some words"}}})
	aStore := func(session string) call {
		return call{op: messages.OpStore, body: messages.StoreRequest{Session: session, Items: []messages.Item{{Text: strings.Repeat("some words ", 40_000)}}}}
	}
	full := false
	for range 4 {
		if o := r.ask(aStore("s")); o.failed != nil {
			refused := fails(t, o, messages.CodeTooLarge)
			if refused.Retryable || !strings.Contains(refused.Message, "delete some of it") {
				t.Errorf("%+v", refused)
			}
			full = true
		}
	}
	if !full {
		t.Fatal("the session grew past the room")
	}
	read := reads.Load()
	longer := strings.Repeat("some words ", 40_000)
	fails(t, r.ask(call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "first", Text: &longer}}), messages.CodeTooLarge)
	if n := reads.Load() - read; n != 1 {
		t.Errorf("what was to be changed was read %d times", n)
	}
	must[messages.StoreReply](t, r.ask(aStore("another")))
	alone := messages.StoreRequest{Session: "empty", Items: []messages.Item{{Text: strings.Repeat("some words ", 200_000)}}}
	if refused := fails(t, r.ask(call{op: messages.OpStore, body: alone}), messages.CodeTooLarge); !strings.Contains(refused.Message, "store less in one request") {
		t.Errorf("what does not fit even alone: %v", refused)
	}
	must[messages.ClearReply](t, r.ask(call{op: messages.OpClear, body: messages.ClearRequest{Session: "s"}}))
	must[messages.StoreReply](t, r.ask(aStore("s")))
}

// Nor does its log, though what it has stays as small as it is. Once it was
// compacted it is stored to again.
func TestAnOwnersLogDoesNotOutgrowTheRoom(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{config: func(c *Config) { c.PageBytes = 512 << 10 }})
	owner := sessionOf("s")
	items := []messages.Item{{ID: "a", Text: strings.Repeat("some words ", 10_000)}, {ID: "b", Text: "x"}}
	storing := call{op: messages.OpStore, body: messages.StoreRequest{Session: "s", Items: items}}
	accesses := 1
	updating := call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "a", Accesses: &accesses}}
	for name, c := range map[string]call{"stored": storing, "changed": updating} {
		must[messages.StoreReply](t, r.ask(storing))
		refused := 0
		for range 10 {
			if o := r.ask(c); o.failed != nil {
				if e := fails(t, o, messages.CodeOverloaded); e.RetryAfterMS == 0 || !strings.Contains(e.Message, "or clear it") {
					t.Errorf("%+v", e)
				}
				refused++
			}
		}
		if refused == 0 || refused > 8 {
			t.Errorf("%s ten times: %d were refused", name, refused)
		}
		must[messages.DeleteReply](t, r.ask(call{op: messages.OpDelete, body: messages.DeleteRequest{Session: "s", IDs: []string{"b"}}}))
		if done, err := w.tiers.Compact(t.Context(), owner); !done || err != nil {
			t.Fatalf("compacted %v, %v", done, err)
		}
		if o := r.ask(c); o.failed != nil {
			t.Errorf("%s when it was compacted: %v", name, o.failed)
		}
		must[messages.ClearReply](t, r.ask(call{op: messages.OpClear, body: messages.ClearRequest{Session: "s"}}))
		if _, err := w.tiers.Compact(t.Context(), owner); err != nil {
			t.Fatal(err)
		}
	}
}
