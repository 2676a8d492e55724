package worker

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
)

// publish puts a call on the job lane without waiting for its answer.
func (r *rig) publish(c call) *jetstream.PubAck {
	r.t.Helper()
	ack, err := r.js.PublishMsg(r.t.Context(), r.message(messages.LaneJob, c))
	if err != nil {
		r.t.Fatal(err)
	}
	return ack
}

// segmentOf is the subject of what a request of the key "full" wrote to a session.
func segmentOf(session, id string) string {
	return "$KV.ctx_short." + testTenant + "." + session + "." + segmentName(id)
}

func segmentName(id string) string {
	sum := sha256.Sum256([]byte("full." + id))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// idle waits until no job is left, settled or not.
func (r *rig) idle() {
	r.t.Helper()
	await.That(r.t, "every job is settled", func() bool { return r.count("CTX_JOBS") == 0 })
}

// handBack has the server give out the one job again that a dead worker left, as it
// does by itself after AckWait. A test that shortened that would shorten the time
// that every delivery has, and on a busy machine one takes longer.
func (r *rig) handBack() {
	r.t.Helper()
	consumer, err := r.js.Consumer(r.t.Context(), "CTX_JOBS", "ctx-workers")
	if err != nil {
		r.t.Error(err)
		return
	}
	last := consumer.CachedInfo().Delivered
	nak := fmt.Sprintf("$JS.ACK.CTX_JOBS.ctx-workers.1.%d.%d.1.0", last.Stream, last.Consumer)
	if err := r.nc.Publish(nak, []byte("-NAK")); err != nil {
		r.t.Error(err)
	}
}

func (r *rig) count(stream string) uint64 {
	r.t.Helper()
	s, err := r.js.Stream(r.t.Context(), stream)
	if err != nil {
		r.t.Fatal(err)
	}
	return s.CachedInfo().State.Msgs
}

// deadLetters returns what is in the stream of dead letters.
func (r *rig) deadLetters() []*jetstream.RawStreamMsg {
	r.t.Helper()
	s, err := r.js.Stream(r.t.Context(), "CTX_DEAD")
	if err != nil {
		r.t.Fatal(err)
	}
	var all []*jetstream.RawStreamMsg
	for seq := s.CachedInfo().State.FirstSeq; seq <= s.CachedInfo().State.LastSeq && seq > 0; seq++ {
		m, err := s.GetMsg(r.t.Context(), seq)
		if err != nil {
			r.t.Fatal(err)
		}
		all = append(all, m)
	}
	return all
}

// loseDeadLetters removes the stream of dead letters, until restore is called.
func (r *rig) loseDeadLetters() (restore func()) {
	r.t.Helper()
	dead, err := r.js.Stream(r.t.Context(), "CTX_DEAD")
	if err != nil {
		r.t.Fatal(err)
	}
	if err := r.js.DeleteStream(r.t.Context(), "CTX_DEAD"); err != nil {
		r.t.Fatal(err)
	}
	return func() {
		r.t.Helper()
		if _, err := r.js.CreateStream(r.t.Context(), dead.CachedInfo().Config); err != nil {
			r.t.Fatal(err)
		}
	}
}

// jobConsumer is how the consumer that workers take jobs from is made.
func (r *rig) jobConsumer() jetstream.ConsumerConfig {
	r.t.Helper()
	consumer, err := r.js.Consumer(r.t.Context(), "CTX_JOBS", "ctx-workers")
	if err != nil {
		r.t.Fatal(err)
	}
	return consumer.CachedInfo().Config
}

// renewConsumer makes that consumer anew, changed.
func (r *rig) renewConsumer(change func(*jetstream.ConsumerConfig)) {
	r.t.Helper()
	config := r.jobConsumer()
	if err := r.js.DeleteConsumer(r.t.Context(), "CTX_JOBS", config.Durable); err != nil {
		r.t.Fatal(err)
	}
	change(&config)
	if _, err := r.js.CreateConsumer(r.t.Context(), "CTX_JOBS", config); err != nil {
		r.t.Fatal(err)
	}
}

// spy subscribes to an inbox, to see who publishes there.
func (r *rig) spy() (inbox string, got func() []*nats.Msg) {
	r.t.Helper()
	inbox = nats.NewInbox()
	sub, err := r.nc.SubscribeSync(inbox)
	if err != nil {
		r.t.Fatal(err)
	}
	if err := r.nc.Flush(); err != nil {
		r.t.Fatal(err)
	}
	return inbox, func() []*nats.Msg {
		if err := r.nc.Flush(); err != nil {
			r.t.Fatal(err)
		}
		var all []*nats.Msg
		for {
			m, err := sub.NextMsg(20 * time.Millisecond)
			if err != nil {
				return all
			}
			all = append(all, m)
		}
	}
}

// silence has nothing answer who writes to a bucket, until speak is called, as
// when its servers have no majority: what is in it can be read.
func (r *rig) silence(bucket string) (speak func()) {
	r.t.Helper()
	stream, err := r.js.Stream(r.t.Context(), "KV_"+bucket)
	if err != nil {
		r.t.Fatal(err)
	}
	heard := stream.CachedInfo().Config
	deaf := heard
	deaf.Subjects = []string{"silent." + bucket}
	sub, err := r.nc.SubscribeSync("$KV." + bucket + ".>") // or it would be known that nobody listens
	if err != nil {
		r.t.Fatal(err)
	}
	listen := func(config jetstream.StreamConfig) {
		r.t.Helper()
		if _, err := r.js.UpdateStream(r.t.Context(), config); err != nil {
			r.t.Fatal(err)
		}
	}
	listen(deaf)
	return func() {
		r.t.Helper()
		listen(heard)
		if err := sub.Unsubscribe(); err != nil {
			r.t.Fatal(err)
		}
	}
}
