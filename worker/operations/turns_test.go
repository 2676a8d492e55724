package operations

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

func TestTurns(t *testing.T) {
	t.Parallel()
	turns := newTurns()
	a, b := messages.Owner{Kind: messages.SessionOwner, ID: "x"}, messages.Owner{Kind: messages.UserOwner, ID: "x"}
	enter := func(ctx context.Context, o messages.Owner) func() {
		t.Helper()
		leave, err := turns.enter(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		return leave
	}
	first := enter(t.Context(), a)
	enter(t.Context(), b)() // another owner's turn is another
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := turns.enter(over, a); !errors.Is(err, context.Canceled) {
		t.Errorf("who waited until its time was over: %v", err)
	}
	inside, waiting := 1, sync.WaitGroup{} // guarded by the turn
	for range 20 {
		waiting.Go(func() {
			leave, err := turns.enter(t.Context(), a)
			if err != nil {
				t.Error(err)
				return
			}
			defer leave()
			if inside++; inside != 1 {
				t.Errorf("%d have the turn", inside)
			}
			inside--
		})
	}
	inside--
	first()
	waiting.Wait()
	if len(turns.of) != 0 {
		t.Errorf("%d owners are remembered whom nobody changes", len(turns.of))
	}
}
