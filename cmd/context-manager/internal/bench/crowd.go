package bench

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/streams"
)

// crowdSession is the session that others are copies of.
const crowdSession = "others0"

// crowd fills the bucket with so many sessions: what a worker wrote for one of
// them, under other names, which is quicker than asking for each.
func (w *world) crowd(ctx context.Context, n int) error {
	if _, err := w.clients[0].Store(ctx, messages.StoreRequest{Session: crowdSession, Items: []messages.Item{Turn(0), Turn(1)}}); err != nil {
		return err
	}
	js, err := jetstream.New(w.conns[0], jetstream.WithPublishAsyncMaxPending(1024))
	if err != nil {
		return err
	}
	bucket := streams.NamesOf(w.flags.Prefix).Short
	stream, err := js.Stream(ctx, "KV_"+bucket)
	if err != nil {
		return fmt.Errorf("look at the bucket: %w", err)
	}
	first, err := stream.GetLastMsgForSubject(ctx, "$KV."+bucket+".*."+crowdSession+".>")
	if err != nil {
		return fmt.Errorf("find what was stored: %w", err)
	}
	for i := 1; i < n; i++ {
		subject := strings.Replace(first.Subject, crowdSession, fmt.Sprint("others", i), 1)
		// The wait for room is 200 ms unless given, which a busy server may need.
		if _, err := js.PublishAsync(subject, first.Data, jetstream.WithStallWait(time.Minute)); err != nil {
			return fmt.Errorf("fill the bucket: %w", err)
		}
	}
	select {
	case <-js.PublishAsyncComplete():
	case <-ctx.Done():
		return ctx.Err()
	}
	info, err := stream.Info(ctx)
	if err != nil {
		return fmt.Errorf("look at the bucket: %w", err)
	}
	if info.State.NumSubjects < uint64(n) {
		return errors.New("the bucket did not take all sessions: look at the server's log")
	}
	return nil
}
