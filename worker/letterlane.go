package worker

import (
	"context"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
)

// A job that fails for good stays in the queue until its letter is written. A worker
// that may not write letters so tries it again and again, until another can or the
// job's life is over, and then nothing is left of it. So it asks here too.

// checkLetters notes whether the dead letters take what this worker writes: one that
// is meant for another stream, which is answered and not kept.
func (w *Worker) checkLetters(ctx context.Context) {
	m := nats.NewMsg(w.deps.Subjects.Dead("-", messages.OpStore))
	m.Header.Set(jetstream.ExpectedStreamHeader, "-")
	fault := w.answered(ctx, m, "jobs that fail for good stay in the queue until they expire")
	if ctx.Err() != nil {
		return // the worker stops, which says nothing of the dead letters
	}
	w.letterFault.note(fault, w.metrics.lettersReached)
}
