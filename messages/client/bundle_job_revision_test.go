package client_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

// What a client has written it asks later reads to have seen, of each call's own owner.
func TestJobsThatShareAMessageAreEachRemembered(t *testing.T) {
	t.Parallel()
	for op, request := range map[messages.Op]func(session string) any{
		messages.OpStore: func(session string) any {
			return messages.StoreRequest{Session: session, Items: []messages.Item{{Text: "a"}}}
		},
		messages.OpDelete: func(session string) any {
			return messages.DeleteRequest{Session: session, IDs: []string{"a"}}
		},
	} {
		t.Run(string(op), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			var mu sync.Mutex
			revisions := make(map[string]uint64)
			f := w.work(w.jobs(), func(r taken) {
				var who struct {
					Session string `json:"session"`
				}
				if err := json.Unmarshal(r.body, &who); err != nil {
					t.Error(err)
				}
				if r.op == op {
					mu.Lock()
					revisions[who.Session] = uint64(r.n)
					mu.Unlock()
				}
				r.answer(200, map[string]any{"revision": messages.Revision{Session: uint64(r.n)}})
			})
			c := w.client()
			session := func(i int) string { return fmt.Sprint("session ", i) }
			crowd(t, 16, f.shared, func(i int) error {
				if op == messages.OpStore {
					return c.SubmitAndWait(t.Context(), op, request(session(i)), &messages.StoreReply{})
				}
				return c.SubmitAndWait(t.Context(), op, request(session(i)), &messages.DeleteReply{})
			})
			for i := range 16 {
				read(t, c, session(i), "")
				if got := f.asked().Session; got != revisions[session(i)] {
					t.Errorf("a read of %s asked to have seen %d; want %d", session(i), got, revisions[session(i)])
				}
			}
		})
	}
}
