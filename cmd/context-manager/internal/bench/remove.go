package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/tiers/streams"
)

// removeStreams removes the streams of the bench from a server that was given.
// One that cannot be removed is named, and does not hold up the others.
func (w *world) removeStreams() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second) // also after an interrupt
	defer cancel()
	nc, err := w.flags.Connect(nats.Name(shell.Program + " bench"))
	if err != nil {
		return err
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	var failures []error
	for _, name := range w.streams() {
		if err := js.DeleteStream(ctx, name); err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
			failures = append(failures, fmt.Errorf("remove the stream %s: %w", name, err))
		}
	}
	return errors.Join(failures...)
}

// streams names all that workers, echo and cases may have made.
func (w *world) streams() []string {
	names := []string{echoStream(w.flags.Prefix), "KV_" + tierBucket(w.flags.Prefix)}
	for _, prefix := range []string{w.flags.Prefix, w.cold} {
		n := streams.NamesOf(prefix)
		names = append(names, "KV_"+n.Short, "KV_"+n.Long, "KV_"+n.Ledger, "KV_"+n.Lease, n.Jobs, n.Dead, n.Audit)
	}
	return names
}
