package attacks

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func TestReplayAfterARestartOfTheWorker(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*rig.Worker){
		"drained": func(w *rig.Worker) { _ = w.Stop() },
		"killed":  (*rig.Worker).Kill,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// A killed worker may still be given a job, which comes again after this.
			w := newWorld(t, 1, rig.Tiers(func(c *tiers.Config) { c.Streams.AckWait = 2 * time.Second }))
			r := w.record()
			end(w.workers[0])
			w.enlist()
			r.replay(w)
		})
	}
}

func TestReplayAfterARestartOfTheServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w := newWorld(t, 1, rig.Server(func(o *natsd.Options) { o.StoreDir = dir }))
	r := w.record()
	w.dismiss()
	w.Server.Shutdown()
	var err error
	if w.Server, err = natsd.Start(natsd.Options{StoreDir: dir}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Server.Shutdown)
	w.connect()
	w.enlist()
	r.replay(w)
}

// The same with three servers, each with a copy of everything, which are all
// stopped and started again.
func TestReplayAfterARestartOfEveryServerOfACluster(t *testing.T) {
	t.Parallel()
	const size = 3
	c := natstest.StartCluster(t, size)
	w := newWorld(t, 1, rig.On(c.Server(0)), rig.Tiers(func(c *tiers.Config) { c.Streams.Replicas = size }))
	r := w.record()
	w.dismiss()
	for i := range size {
		c.Stop(i)
	}
	for i := range size {
		c.Restart(i)
	}
	c.AwaitLeader()
	w.Server = c.Server(0)
	w.connect()
	w.enlist()
	r.replay(w)
}

// A recording is one store of each lane that was undone. Its signatures are still in time.
type recording struct{ ask, job *nats.Msg }

func (w *world) record() recording {
	w.t.Helper()
	stored := captures()[0]
	return recording{ask: stored.perform(w, messages.LaneAsk), job: stored.perform(w, messages.LaneJob)}
}

// replay publishes the recording again, to whoever works now.
func (r recording) replay(w *world) {
	w.t.Helper()
	wantRefused(w.t, w.ask(captured(r.ask)), messages.CodeReplayed)
	inbox := w.listen(r.job.Header.Get(envelope.HeaderReply))
	w.enqueue(captured(r.job))
	w.drained()
	w.wantSilence(inbox)
	wantTexts(w.t, w.texts("s"))
	w.wantAudited("the replayed ask", replayOf(r.ask))
	w.wantAudited("the replayed job", replayOf(r.job))
}
