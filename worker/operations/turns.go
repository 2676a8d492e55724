package operations

import (
	"context"
	"sync"

	"github.com/context-manager/context-manager/messages"
)

// Turns let one change of an owner through at a time. Of several that read it at
// once all but one are refused what they write, and read it again: of many in one
// message, about one large owner, that is more work than a worker can do. What
// other workers change is noticed by the condition of the write, as ever.
type turns struct {
	mu sync.Mutex
	of map[messages.Owner]*turn
}

// A turn is of an owner that somebody changes or waits to.
type turn struct {
	taken chan struct{} // has room for the one whose turn it is
	users int
}

func newTurns() *turns { return &turns{of: make(map[messages.Owner]*turn)} }

// enter waits for the owner's turn, or until ctx ends.
func (t *turns) enter(ctx context.Context, o messages.Owner) (leave func(), err error) {
	mine := t.join(o)
	select {
	case mine.taken <- struct{}{}:
		return func() {
			<-mine.taken
			t.part(o, mine)
		}, nil
	case <-ctx.Done():
		t.part(o, mine)
		return nil, ctx.Err()
	}
}

func (t *turns) join(o messages.Owner) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	mine := t.of[o]
	if mine == nil {
		mine = &turn{taken: make(chan struct{}, 1)}
		t.of[o] = mine
	}
	mine.users++
	return mine
}

// part forgets an owner whom nobody changes any more.
func (t *turns) part(o messages.Owner, mine *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if mine.users--; mine.users == 0 {
		delete(t.of, o)
	}
}
