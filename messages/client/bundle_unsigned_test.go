package client_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// Whoever answered one request of a bundle has verified all: what comes unsigned
// after that is no worker's, and no call is tried again for it.
func TestNoUnsignedErrorEndsABundleThatHasAnAnswer(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"busy", "nobody", "with hopes"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			var alone, together, calls atomic.Int64
			forged := unsigned[name]
			w.fakeOf(func(r taken) {
				alone.Add(1)
				echoQuery(t)(r)
			}, func(f *fake, v envelope.Verified) {
				parts, err := v.Parts()
				if err != nil {
					t.Error(err)
				}
				together.Add(int64(len(parts)))
				for place, part := range parts {
					q, err := messages.Decode[messages.AssembleRequest](part.Body())
					if err != nil {
						t.Error(err)
					}
					f.signPart(v, place, 200, messages.AssembleReply{Text: q.Query})
					if place == 0 { // once: there is room for few messages that are no answers
						f.publish(&nats.Msg{Subject: v.Reply(), Data: forged.Data, Header: forged.Header})
					}
				}
			})
			c := w.client()
			crowd(t, 32, func() bool { return together.Load() > 0 }, func(i int) error {
				calls.Add(1)
				return assembling(c, fmt.Sprint("question ", i))
			})
			if asked := alone.Load() + together.Load(); asked != calls.Load() {
				t.Errorf("the worker had %d requests of %d calls", asked, calls.Load())
			}
		})
	}
}
