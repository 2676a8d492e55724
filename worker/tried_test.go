package worker

import (
	"testing"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers"
)

// An update whose first request took effect without an answer is told so by
// the second, whatever others have done to the item since, and however the log
// was merged.
func TestAnUpdateKnowsTheTryThatTookEffect(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{tiers: func(c *tiers.Config) { c.Compact.Segments, c.Compact.Disabled = 1, true }})
	never := newID(t)
	update := func(s string, id string, revision uint64, text string, tried ...string) outcome {
		return r.ask(call{op: messages.OpUpdate, id: id, body: messages.UpdateRequest{Session: s, ID: "t0", Revision: revision, Text: &text, Tried: tried}})
	}
	for name, since := range map[string]func(s string, revision uint64){
		"nothing": func(string, uint64) {},
		"others have changed": func(s string, revision uint64) {
			must[messages.UpdateReply](t, update(s, newID(t), revision, "others'"))
		},
		"others have removed": func(s string, _ uint64) {
			must[messages.DeleteReply](t, r.ask(call{op: messages.OpDelete, body: messages.DeleteRequest{Session: s, IDs: []string{"t0"}}}))
		},
		"the log was rewritten": func(s string, revision uint64) {
			must[messages.UpdateReply](t, update(s, newID(t), revision, "others'"))
			if merged, err := w.tiers.Compact(t.Context(), messages.Owner{Kind: messages.SessionOwner, Tenant: testTenant, ID: s}); err != nil || !merged {
				t.Errorf("merged %t, %v", merged, err)
			}
		},
	} {
		seen := store(t, r.ask, messages.StoreRequest{Session: name, Items: turns("one")}).Revision.Session
		first := newID(t)
		done := must[messages.UpdateReply](t, update(name, first, seen, "mine"))
		since(name, done.Item.Revision)
		again := must[messages.UpdateReply](t, update(name, newID(t), seen, "mine", never, first))
		if again.Item.Revision != done.Item.Revision || again.Revision != done.Revision {
			t.Errorf("%s: %+v at %+v; want revision %d", name, again.Item, again.Revision, done.Item.Revision)
		}
		if text := again.Item.Text; name == "nothing" && text != "mine" || name != "nothing" && text != "" {
			t.Errorf("%s: the item has the text %q; want it only as this update made it", name, text)
		}
	}
	fails(t, update("others have changed", newID(t), 1, "mine", never), messages.CodeConflict)
	fails(t, update("others have removed", newID(t), 1, "mine", never), messages.CodeNotFound)
	fails(t, update("nothing", newID(t), 1, "mine", "no id"), messages.CodeBadRequest)
}
