package worker

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/worker/operations"
)

// as makes an operation of a test's of which each request says what it is for.
func as(do func(ctx context.Context, what string) (any, error)) operations.Func {
	return func(ctx context.Context, r operations.Request) (any, error) {
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
	for place, o := range r.askTogether(call{op: messages.OpList}, []byte(`{"what":"much"}`), []byte(`{"what":"little"}`)) {
		if o.status != statusOK || place == 0 && len(o.body) < full {
			t.Errorf("place %d: status %d, %d bytes: %.200s", place, o.status, len(o.body), o.body)
		}
	}
}
