package bench

import (
	"context"
	"encoding/json"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/streams"
)

func assembleRequest(session string, maxStale time.Duration) messages.AssembleRequest {
	return messages.AssembleRequest{
		Session: session, Query: question, MaxTokens: budget, Format: messages.FormatText, MaxStaleMS: maxStale.Milliseconds(),
	}
}

func (w *world) echo(size payload) func(context.Context, int) error {
	body, want := make([]byte, size.request), strconv.Itoa(size.reply)
	return func(ctx context.Context, caller int) error {
		m := &nats.Msg{Subject: echoSubject(w.flags.Prefix), Data: body, Header: nats.Header{echoSizeHeader: {want}}}
		_, err := w.conns[caller%connections].RequestMsgWithContext(ctx, m)
		return err
	}
}

// echoJob sends what a job that stores one item would, and waits for it to
// come back, to an inbox that each caller keeps.
func (w *world) echoJob(callers int) (func(context.Context, int) error, error) {
	body, err := json.Marshal(messages.StoreRequest{Session: "s", Items: []messages.Item{Turn(0)}})
	if err != nil {
		return nil, err
	}
	inboxes := make([]*nats.Subscription, callers)
	for i := range inboxes {
		if inboxes[i], err = w.conns[i%connections].SubscribeSync(nats.NewInbox()); err != nil {
			return nil, err
		}
	}
	return func(ctx context.Context, caller int) error {
		inbox := inboxes[caller]
		m := &nats.Msg{Subject: echoJobSubject(w.flags.Prefix), Data: body, Header: nats.Header{echoReplyHeader: {inbox.Subject}}}
		if _, err := w.conns[caller%connections].RequestMsgWithContext(ctx, m); err != nil {
			return err
		}
		_, err := inbox.NextMsgWithContext(ctx)
		return err
	}, nil
}

// kvPut puts values of an item's size over many keys.
func (w *world) kvPut(ctx context.Context) (func(context.Context, int) error, error) {
	var buckets [connections]jetstream.KeyValue
	for i, nc := range w.conns {
		js, err := jetstream.New(nc)
		if err != nil {
			return nil, err
		}
		if buckets[i], err = js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: tierBucket(w.flags.Prefix)}); err != nil {
			return nil, err
		}
	}
	value := make([]byte, 300)
	var n atomic.Uint64
	return func(ctx context.Context, caller int) error {
		_, err := buckets[caller%connections].Put(ctx, "k"+strconv.FormatUint(n.Add(1), 10), value)
		return err
	}, nil
}

func tierBucket(prefix string) string { return streams.NamesOf(prefix).Short + "_put" }

func (w *world) assemble(session string, maxStale time.Duration) func(context.Context, int) error {
	return func(ctx context.Context, caller int) error {
		_, err := w.clients[caller%connections].Assemble(ctx, assembleRequest(session, maxStale))
		return err
	}
}

func (w *world) assembleCold() func(context.Context, int) error {
	return func(ctx context.Context, caller int) error {
		_, err := w.colds[caller%connections].Assemble(ctx, assembleRequest(coldSession(caller), 0))
		return err
	}
}

func coldSession(caller int) string { return "cold" + strconv.Itoa(caller) }

func (w *world) store(items int) func(context.Context, int) error {
	next := storeRequests("w", items)
	return func(ctx context.Context, caller int) error {
		_, err := w.clients[caller%connections].Store(ctx, next())
		return err
	}
}

// storeRequests gives batches of turns that were made up before, so that
// making them up is not measured. Each has ids of its own.
func storeRequests(kind string, items int) func() messages.StoreRequest {
	turns := make([]messages.Item, 4096)
	for i := range turns {
		turns[i] = Turn(i)
	}
	var n atomic.Uint64
	return func() messages.StoreRequest {
		at := n.Add(1)
		r := messages.StoreRequest{Session: kind + strconv.Itoa(items) + "-" + strconv.FormatUint(at%writeSessions, 10), Items: make([]messages.Item, items)}
		for i := range r.Items {
			turn := at*uint64(items) + uint64(i)
			r.Items[i] = turns[turn%uint64(len(turns))]
			r.Items[i].ID = "turn-" + strconv.FormatUint(turn, 10)
		}
		return r
	}
}

func (w *world) job() func(context.Context, int) error {
	next := storeRequests("j", 1)
	return func(ctx context.Context, caller int) error {
		r := next()
		var reply messages.StoreReply
		return w.clients[caller%connections].SubmitAndWait(ctx, messages.OpStore, r, &reply)
	}
}

// mixed is four assembles to one store.
func (w *world) mixed() func(context.Context, int) error {
	var n atomic.Uint64
	ask, store := w.assemble("s40", 0), w.store(1)
	return func(ctx context.Context, caller int) error {
		if n.Add(1)%5 == 0 {
			return store(ctx, caller)
		}
		return ask(ctx, caller)
	}
}
