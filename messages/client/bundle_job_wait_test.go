package client_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/messages/envelope"
)

func TestAReplyToJobsThatCannotBeReadEndsThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var bundles atomic.Int64
	w.workOf(w.jobs(), echoQuery(t), func(f *fake, v envelope.Verified) {
		bundles.Add(1)
		f.sign(v, 200, "no replies")
	})
	c := w.client()
	crowd(t, 32, func() bool { return bundles.Load() > 0 }, func(int) error {
		if err := assemblingJob(c, "x"); err != nil && (!errors.Is(err, client.ErrBadReply) || errors.Is(err, client.ErrPending)) {
			return err
		}
		return nil
	})
}

// Nor does Close wait for workers, of whom there may be none.
func TestCloseEndsJobsThatWaitForTheirReplies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stream := w.jobs()
	c := w.client(patient)
	var calls sync.WaitGroup
	for i := range 32 {
		calls.Go(func() {
			if err := assemblingJob(c, fmt.Sprint("question ", i)); !errors.Is(err, client.ErrClosed) || !errors.Is(err, client.ErrPending) {
				t.Errorf("got %v; want ErrClosed of a job that is pending", err)
			}
		})
	}
	await.That(t, "jobs that came", func() bool {
		info, err := stream.Info(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		jobs := 0
		for seq := uint64(1); seq <= info.State.LastSeq; seq++ {
			jobs += len(jobAt(t, stream, seq).bodies)
		}
		return jobs == 32
	})
	c.Close()
	calls.Wait()
}
