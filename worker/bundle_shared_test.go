package worker

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
)

// askTogether sends requests of one operation in one message and gives the answers
// as they come, until each has one, with the number of messages that had them.
func (r *rig) askTogether(c call, bodies ...string) (replies []messages.PartReply, sent int) {
	r.t.Helper()
	parts := make([][]byte, len(bodies))
	for i, body := range bodies {
		parts[i] = []byte(body)
	}
	c.body, c.reply = messages.AppendBundle(nil, parts), nats.NewInbox()
	c = c.withDefaults(r)
	sub, err := r.nc.SubscribeSync(c.reply)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = sub.Unsubscribe() }()
	if err := r.nc.PublishMsg(r.message(messages.LaneAsk, c)); err != nil {
		r.t.Fatal(err)
	}
	for ; len(replies) < len(bodies); sent++ {
		m, err := sub.NextMsg(patience)
		if err != nil {
			r.t.Fatalf("%d of %d answers came: %v", len(replies), len(bodies), err)
		}
		o := r.read(c, m)
		if o.failed != nil {
			r.t.Fatalf("the bundle was refused: %v", o.failed)
		}
		some, err := messages.ReadPartReplies(o.body)
		if err != nil {
			r.t.Fatal(err)
		}
		replies = append(replies, some...)
	}
	return replies, sent
}

// as makes an operation of a test's of which each request says what it is for.
func as(do func(ctx context.Context, what string) (any, error)) operation {
	return func(ctx context.Context, r request) (any, error) {
		var q struct {
			What string `json:"what"`
		}
		if err := json.Unmarshal(r.Body(), &q); err != nil {
			return nil, err
		}
		return do(ctx, q.What)
	}
}

// An answer that a message carries alone comes in a bundle too: a page of a list
// ends where its message is full.
func TestAnAnswerThatFillsAMessageComesInABundleToo(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var full int
	r.start(options{worker: func(w *Worker) {
		full = int(w.deps.Conn.MaxPayload()) - messages.MaxHeaderBytes
		w.operations[messages.OpList] = as(func(_ context.Context, what string) (any, error) {
			if what == "much" {
				return map[string]string{"text": strings.Repeat("x", full)}, nil
			}
			return map[string]string{}, nil
		})
	}})
	replies, _ := r.askTogether(call{op: messages.OpList}, `{"what":"much"}`, `{"what":"little"}`)
	for _, reply := range replies {
		if reply.Status != statusOK || reply.Place == 0 && len(reply.Body) < full {
			t.Errorf("place %d: status %d, %d bytes: %.200s", reply.Place, reply.Status, len(reply.Body), reply.Body)
		}
	}
}
