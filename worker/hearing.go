package worker

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go"
)

// asksDenied is the server's refusal of the subscription to asks, if this
// connection has had it by now.
//
// It comes as an error of the connection that names the subject: when a worker
// subscribes, whenever it connects anew, and when the permission of its NATS user
// is taken away. Nothing else would tell that it hears no ask. Nor would it hear
// one if the permission were given back, since the server does not know the
// subscription any more: so it ends.
func (w *Worker) asksDenied(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, w.cfg.AskTimeout)
	defer cancel()
	if w.deps.Conn.FlushWithContext(limited) != nil {
		return nil // the connection is away: it subscribes again when it is back
	}
	subject := w.deps.Subjects.AskAll()
	if err := w.deps.Conn.LastError(); errors.Is(err, nats.ErrPermissionViolation) && strings.Contains(err.Error(), `"`+subject+`"`) {
		return fmt.Errorf("the worker's NATS user may not subscribe to %s: allow it, or no ask is heard: %w", subject, err)
	}
	return nil
}
