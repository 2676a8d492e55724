package worker

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go"
)

// That the server refuses the subscription to asks comes as an error of the
// connection that names the subject: when a worker subscribes, whenever it connects
// anew, and when the permission of its NATS user is taken away. Nothing else would
// tell that it hears no ask. Nor would it hear one if the permission were given back,
// since the server does not know the subscription any more: so it ends.

// hearDenials notes such an error, among all that the connection reports, until stop
// is called. It is for before the service is made, which has a handler of its own.
func (w *Worker) hearDenials() (stop func()) {
	conn := w.deps.Conn
	others := conn.ErrorHandler()
	conn.SetErrorHandler(func(nc *nats.Conn, sub *nats.Subscription, err error) {
		if denied := w.denied(err); denied != nil {
			select {
			case w.deaf <- denied:
			default: // one is enough
			}
		}
		if others != nil {
			others(nc, sub, err)
		}
	})
	return func() { conn.SetErrorHandler(others) }
}

// asksDenied is the server's refusal of a subscription that was made just now. It is
// the last thing that the connection has reported, unless others have gone on
// meanwhile: then it is heard a moment later.
func (w *Worker) asksDenied(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, w.cfg.AskTimeout)
	defer cancel()
	if w.deps.Conn.FlushWithContext(limited) != nil {
		return nil // the connection is away: it subscribes again when it is back
	}
	return w.denied(w.deps.Conn.LastError())
}

// denied is an error that refuses the subscription to asks, and says what to allow.
func (w *Worker) denied(err error) error {
	subject := w.deps.Subjects.AskAll()
	if !errors.Is(err, nats.ErrPermissionViolation) || !strings.Contains(err.Error(), `"`+subject+`"`) {
		return nil
	}
	return fmt.Errorf("the worker's NATS user may not subscribe to %s: allow it, or no ask is heard: %w", subject, err)
}
