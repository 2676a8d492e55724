package tiers

import "context"

// Who compacts or collects holds what it has loaded of a log until that is merged,
// and takes no room of readers for it. What owners have is bounded, but their logs
// come to three times that, and to more where several workers store to one: two
// compactors and a collection could hold three such logs at once. So of logs that
// come in more than one answer (Read.AnswerBytes) they hold one at a time.

// A load is what one piece of work in the background holds.
type load struct {
	turn  chan struct{} // has room for the one who may hold more than an answer
	heavy bool          // that is this one
}

// loading is the key of a load.
type loading struct{}

// inBackground gives the context of a piece of work that takes its turn with others,
// and what to call when nothing is held any more.
func (t *Tiers) inBackground(ctx context.Context) (_ context.Context, done func()) {
	l := &load{turn: t.heavy}
	return context.WithValue(ctx, loading{}, l), func() {
		if l.heavy {
			<-l.turn
		}
	}
}

// awaitTurn waits until such work may hold more than one answer. Other work may at once.
func awaitTurn(ctx context.Context) error {
	l, ok := ctx.Value(loading{}).(*load)
	if !ok || l.heavy {
		return nil
	}
	select {
	case l.turn <- struct{}{}:
		l.heavy = true
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
