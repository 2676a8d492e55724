package client

import (
	"context"
	"fmt"

	"github.com/context-manager/context-manager/messages"
)

// refused tells whether a worker found the item other than the update wants it.
func refused(err error) bool {
	return messages.HasCode(err, messages.CodeConflict) || messages.HasCode(err, messages.CodeNotFound)
}

// settle decides what a refusal means that follows tries without an answer: one
// of those may be what changed the item. It names them in one more request, and
// the worker looks whether the effect of any is there. If none is, none can
// come any more: the item has gone on from the revision that they ask for. It is
// one call to its caller, so t goes on.
func (c *Client) settle(ctx context.Context, t schedule, r messages.UpdateRequest, tried []string) (messages.UpdateReply, error) {
	r.Tried = tried[:min(len(tried), messages.MaxTried)]
	a, err := askWithin[messages.UpdateReply](ctx, c, t, messages.OpUpdate, &r)
	if err == nil || refused(err) && len(r.Tried) == len(tried) {
		return a.reply, err
	}
	return messages.UpdateReply{}, fmt.Errorf("%w: %w", ErrUnknownOutcome, err)
}
