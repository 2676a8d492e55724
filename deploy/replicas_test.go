package deploy

import (
	"fmt"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

// With copies on three servers workers ask leaders and prove what is not
// there, which they need not with one: the configuration is enough for that too.
func TestTheConfigurationIsEnoughOnThreeNodes(t *testing.T) {
	t.Parallel()
	w, nodes := newCluster(t)
	w.url = nodes[1].ClientURL()
	caller := callersKey()
	d := w.deployOn(t, 3, caller)
	w.url = nodes[2].ClientURL()
	c := d.client(t, caller)

	for i := range 12 { // enough for a compaction
		if _, err := c.Store(t.Context(), storing(fmt.Sprintf("i%d", i), "the kettle is in the kitchen")); err != nil {
			t.Fatal(err)
		}
	}
	missing := "nothing"
	if _, err := c.Update(t.Context(), messages.UpdateRequest{Session: "s", ID: missing, Text: &missing}); !messages.HasCode(err, messages.CodeNotFound) {
		t.Errorf("update of what is not there: %v", err)
	}
	if reply, err := c.Delete(t.Context(), messages.DeleteRequest{Session: "s", IDs: []string{missing}}); err != nil || len(reply.Missing) != 1 {
		t.Errorf("delete of what is not there: %+v, %v", reply, err)
	}
	if _, err := c.Promote(t.Context(), messages.PromoteRequest{Session: "s", User: "u", IDs: []string{"i0"}, To: messages.LongTerm}); err != nil {
		t.Error("promote:", err)
	}
	ahead := messages.ListRequest{Session: "s", MinRevision: &messages.Revision{Session: 1 << 40}}
	if _, err := c.List(t.Context(), ahead); !messages.HasCode(err, messages.CodeBadRequest) {
		t.Errorf("a revision that no leader can have: %v", err)
	}
	var stored messages.StoreReply
	if err := c.SubmitAndWait(t.Context(), messages.OpStore, new(storing("job", "by the job lane")), &stored); err != nil {
		t.Error("job:", err)
	}
	waitFor(t, func() bool { return d.count(t, "context_manager_compacted_segments_total") > 0 })
	waitFor(t, func() bool { return d.count(t, "context_manager_gc_last_sweep_timestamp_seconds") > 0 })
	waitFor(t, func() bool { return d.count(t, "context_manager_jobs_reachable") > 0 })
	waitFor(t, func() bool { return d.count(t, "context_manager_dead_letters_reachable") > 0 })
	d.stop(t)
	if refusals := d.refusals.all(); len(refusals) > 0 {
		t.Errorf("the server refused: %q", refusals)
	}
}
