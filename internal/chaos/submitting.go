package chaos

import (
	"context"
	"encoding/json"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// A submitting is a job whose caller does not wait for what comes of it.
type submitting struct {
	request any
	record  *record // of its item, nil if it is poison
	withID  bool
	receipt client.Receipt
	err     error
}

// submit submits jobs at once, of an item each; where there are many they share
// messages, also with poison.
func (c *caller) submit(ctx context.Context, n int) {
	all := make([]*submitting, n)
	for i := range all {
		if n > 1 && c.chance.IntN(20) == 0 {
			all[i] = &submitting{request: json.RawMessage(poisonBody)}
		} else {
			all[i] = c.submitting()
		}
	}
	c.send(ctx, all)
}

func (c *caller) poison(ctx context.Context) {
	c.send(ctx, []*submitting{{request: json.RawMessage(poisonBody)}})
}

func (c *caller) submitting() *submitting {
	s := &submitting{withID: c.chance.IntN(2) == 0}
	it, r := c.item(s.withID)
	s.request, s.record = messages.StoreRequest{Session: r.session, Items: []messages.Item{it}}, r
	return s
}

// send submits all, and notes what the stream has acknowledged.
func (c *caller) send(ctx context.Context, all []*submitting) {
	runAll(all, func(s *submitting) { s.receipt, s.err = c.client.Submit(ctx, messages.OpStore, s.request) })
	for _, s := range all {
		if s.record == nil {
			c.h.count("poison", s.err)
			c.h.poisoned(s.receipt.ID, s.err)
			continue
		}
		c.h.count("job", s.err)
		if s.err != nil {
			continue
		}
		if !s.withID {
			c.h.name(s.record, messages.ItemID(s.receipt.ID, 0))
		}
		c.h.settle(acked, 0, s.record)
	}
}
