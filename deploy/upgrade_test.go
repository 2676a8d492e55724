package deploy

import (
	"fmt"
	"testing"

	"github.com/nats-io/nats.go/jetstream"
)

// Buckets that an earlier build made refuse deletes, which no server takes
// back. Compaction then purges, and needs a permission for that too.
func TestWorkersCompactBucketsThatAnEarlierBuildMade(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	caller := callersKey()
	w.deploy(t, caller).stop(t)
	js, err := jetstream.New(w.operator(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"KV_ctx_short", "KV_ctx_long"} {
		bucket, err := js.Stream(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		config := bucket.CachedInfo().Config
		config.DenyDelete = true
		if _, err := js.UpdateStream(t.Context(), config); err != nil {
			t.Fatal(err)
		}
	}

	d := w.deploy(t, caller)
	c := d.client(t, caller)
	for i := range 12 {
		if _, err := c.Store(t.Context(), storing(fmt.Sprintf("i%d", i), "the kettle is in the kitchen")); err != nil {
			t.Fatal(err)
		}
	}
	waitFor(t, func() bool {
		return d.count(t, "context_manager_compacted_segments_total") > 0 || len(d.refusals.all()) > 0
	})
	d.stop(t)
	if refusals := d.refusals.all(); len(refusals) > 0 {
		t.Errorf("the server refused: %q", refusals)
	}
}
