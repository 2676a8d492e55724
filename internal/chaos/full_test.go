package chaos

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/tiers"
	"github.com/context-manager/context-manager/worker"
)

func submit(t *testing.T, c *client.Client, text string) error {
	t.Helper()
	_, err := c.Submit(bounded(t), messages.OpStore, messages.StoreRequest{Session: "s", Items: []messages.Item{{Text: text}}})
	return err
}

// stored is how many items session s has, -1 if that cannot be read.
func stored(t *testing.T, c *client.Client) int {
	t.Helper()
	got, err := c.List(bounded(t), messages.ListRequest{Session: "s", Limit: 1})
	if err != nil {
		return -1
	}
	return got.Total
}

// A stream of jobs that is full refuses the next one with a code, and drops
// none that it took. When a worker has made room it takes more, by itself.
func TestAFullQueueRefusesWithACode(t *testing.T) {
	t.Parallel()
	r := rig.Start(t, rig.Workers(0), rig.Tiers(func(c *tiers.Config) { c.Streams.JobsMaxBytes = 1 << 20 }))
	if err := r.StartWorker().Stop(); err != nil { // it has made the stream
		t.Fatal(err)
	}
	c := r.Client(func(o *client.Options) { o.Retries = -1 })
	taken := 0
	var err error
	for ; taken < 100; taken++ {
		if err = submit(t, c, strings.Repeat("much text ", 10_000)); err != nil {
			break
		}
	}
	if !messages.HasCode(err, messages.CodeUnavailable) || taken == 0 {
		t.Fatalf("after %d jobs: %v; want unavailable", taken, err)
	}
	r.StartWorker()
	poll(t, func() bool { return submit(t, c, "again") == nil })
	poll(t, func() bool { return stored(t, c) == taken+1 })
}

// Jobs that find the bucket full are put off, none is lost, and when there is
// room again they are done without anybody's help.
func TestJobsOutlastAFullBucket(t *testing.T) {
	t.Parallel()
	const jobs = 10
	r := rig.Start(t, rig.Config(func(c *worker.Config) {
		c.RetryBase, c.RetryCap, c.MaxAttempts = 5*time.Millisecond, 50*time.Millisecond, 10_000
	}), rig.Tiers(func(c *tiers.Config) { c.Streams.ShortMaxBytes = 256 << 10 }))
	c := r.Client(func(o *client.Options) { o.Retries = -1 })
	for { // fill it
		_, err := c.Store(bounded(t), messages.StoreRequest{Session: "full", Items: []messages.Item{{Text: strings.Repeat("much text ", 3000)}}})
		if err != nil {
			break
		}
	}
	for range jobs {
		if err := submit(t, c, strings.Repeat("much text ", 1000)); err != nil {
			t.Fatal(err)
		}
	}
	js, err := jetstream.New(r.Connect())
	if err != nil {
		t.Fatal(err)
	}
	poll(t, func() bool { // those that found no room were tried again
		consumer, err := js.Consumer(t.Context(), "CTX_JOBS", "ctx-workers")
		return err == nil && consumer.CachedInfo().NumRedelivered > 0
	})
	bucket, err := js.Stream(t.Context(), "KV_ctx_short")
	if err != nil {
		t.Fatal(err)
	}
	if err := bucket.Purge(t.Context(), jetstream.WithPurgeSubject("$KV.ctx_short."+rig.Tenant+".full.>")); err != nil {
		t.Fatal(err)
	}
	poll(t, func() bool { return stored(t, c) == jobs })
	dead, err := js.Stream(t.Context(), "CTX_DEAD")
	if err != nil || dead.CachedInfo().State.Msgs != 0 {
		t.Errorf("%d jobs were buried, %v", dead.CachedInfo().State.Msgs, err)
	}
}

// Who finds the bucket full makes room by clearing, and stores again once that is
// collected, without an operator's hand.
func TestAFullBucketHealsByWhatIsCleared(t *testing.T) {
	t.Parallel()
	r := rig.Start(t, rig.Tiers(func(c *tiers.Config) {
		c.Streams.ShortMaxBytes, c.GC.Interval = 256<<10, 20*time.Millisecond
	}))
	c := r.Client(func(o *client.Options) { o.Retries = -1 })
	store := func(session string) error {
		_, err := c.Store(bounded(t), messages.StoreRequest{Session: session, Items: []messages.Item{{Text: strings.Repeat("much text ", 500)}}})
		return err
	}
	var sessions []string
	var err error
	for err == nil && len(sessions) < 1000 {
		sessions = append(sessions, fmt.Sprint("s", len(sessions)))
		err = store(sessions[len(sessions)-1])
	}
	if !messages.HasCode(err, messages.CodeUnavailable) || !strings.Contains(err.Error(), "it is full") {
		t.Fatalf("after %d sessions: %v; want unavailable because it is full", len(sessions), err)
	}
	for _, session := range sessions[:len(sessions)/2] {
		if _, err := c.Clear(bounded(t), messages.ClearRequest{Session: session}); err != nil {
			t.Fatal(err)
		}
	}
	poll(t, func() bool { return store("again") == nil })
}
