package worker

import (
	"testing"

	"github.com/context-manager/context-manager/messages"
)

func TestVectorsOfAnOwnerAreOfOneDimension(t *testing.T) {
	onBothLanes(t, func(t *testing.T, do func(call) outcome) {
		vector := func(id string, numbers ...float32) messages.Item {
			return messages.Item{ID: id, Text: "text of " + id, Embedding: numbers}
		}
		batch := func(items ...messages.Item) call {
			return call{op: messages.OpStore, body: messages.StoreRequest{Session: "s", Items: items}}
		}
		must[messages.StoreReply](t, do(batch(vector("a", 1, 2), vector("b", 3, 4), vector("plain"))))
		if out := do(batch(vector("c", 1, 2, 3))); out.failed == nil || out.failed.Code != messages.CodeBadRequest {
			t.Errorf("another dimension was stored: %v", out.failed)
		}
		wrong := []float32{1}
		if out := do(call{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "plain", Embedding: &wrong}}); out.failed == nil || out.failed.Code != messages.CodeBadRequest {
			t.Errorf("another dimension was put into an item: %v", out.failed)
		}
		if got := list(t, do, messages.ListRequest{Session: "s"}); got.Total != 3 {
			t.Errorf("the session has %d items; what was refused must not be there", got.Total)
		}
		must[messages.StoreReply](t, do(batch(vector("a", 1, 2, 3), vector("b", 4, 5, 6)))) // all at once may change
		must[messages.StoreReply](t, do(call{op: messages.OpStore, body: messages.StoreRequest{Session: "other", Items: []messages.Item{vector("z", 1)}}}))
	})
}
