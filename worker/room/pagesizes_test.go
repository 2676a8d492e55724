package room

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/operations"
)

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
	if got := takes(p, s, false); got != unknownPage {
		t.Errorf("stored to and never read: %d", got)
	}
	read := p.learn(s, pagesOf{"s": 1000}.view(s), false)
	p.grow(s, 5000)
	if got, least := takes(p, s, false), bytesOf(p.atLeast(s)); got != read+5000 || least != got {
		t.Errorf("read and stored to: %d; want %d", got, read+5000)
	}
	if p.learn(s, page.View{Err: context.Canceled}, false); takes(p, s, false) != read+5000 {
		t.Error("a read that failed was taken for an empty page")
	}
	for i := range 3 * maxPageSizes {
		p.grow(sessionOf(fmt.Sprint(i)), 1)
	}
	remembered := 0
	for i := range 3 * maxPageSizes {
		remembered += int(bytesOf(p.atLeast(sessionOf(fmt.Sprint(i)))))
	}
	if remembered < maxPageSizes || remembered > 2*maxPageSizes || bytesOf(p.atLeast(s)) != 0 {
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
	if got := p.learn(s, v, true); got != 50_000 || takes(p, s, true) != 50_000 || takes(p, s, false) != bytes {
		t.Errorf("after a reload: %d, then %d and %d", got, takes(p, s, true), takes(p, s, false))
	}
	if p.learn(s, v, false); takes(p, s, false) != 50_000 {
		t.Errorf("after a read that found no page: %d", takes(p, s, false))
	}
	v.Loaded, v.Whole = 10, false
	if p.learn(s, v, false); takes(p, s, false) != bytes || takes(p, s, true) != 50_000 {
		t.Errorf("after one that found it: %d and %d", takes(p, s, false), takes(p, s, true))
	}
	if p.grow(s, 7); takes(p, s, true) != 50_007 {
		t.Errorf("stored to: %d", takes(p, s, true))
	}
}

// A fullLog takes nothing.
type fullLog struct{ operations.Log }

func (fullLog) Append(context.Context, messages.Owner, string, []byte, page.Condition) (uint64, error) {
	return 0, errors.New("full")
}

// What was not written makes no owner larger: it would be refused room for that.
func TestAnOwnerDoesNotGrowByWhatWasNotWritten(t *testing.T) {
	t.Parallel()
	r, s := New(pagesOf{}, 2<<20, 0), sessionOf("s")
	if _, err := r.Log(fullLog{}).Append(t.Context(), s, "n", make([]byte, 1000), page.Condition{}); err == nil {
		t.Fatal("it was written")
	}
	if got, log := r.AtLeast(s); got != 0 || log != 0 {
		t.Errorf("it has %d bytes, its log %d; want none", got, log)
	}
}

// What is stored unseen counts until its owner is read as it is.
func TestWhatIsStoredUnseenIsCounted(t *testing.T) {
	t.Parallel()
	r, s := New(pagesOf{}, 2<<20, 0), sessionOf("s")
	for _, c := range []struct {
		name string
		view page.View
		want int64
	}{
		{"a read that failed", page.View{Err: context.Canceled}, 10},
		{"one that may be old", page.View{Stale: true}, 20},
		{"a page that was kept", page.View{Age: time.Second}, 30},
		{"what there is", page.View{}, 0},
	} {
		r.Unseen(s, 10)
		r.sizes.learn(s, c.view, false)
		if got := r.Unseen(s, 0); got != c.want {
			t.Errorf("after %s %d bytes are unseen; want %d", c.name, got, c.want)
		}
	}
}

// takes is what a read of a session alone takes.
func takes(p *pageSizes, s messages.Owner, reload bool) int64 {
	return p.need(s, messages.Owner{}, reload).session
}
