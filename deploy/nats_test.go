package deploy

import (
	"crypto/tls"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"
)

func TestACallerMayAskAndSubmitAndReadItsInbox(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	caller, worker := w.acme(t), w.worker(t)
	makeStreams(t, w)

	asks, err := worker.QueueSubscribeSync("ctx.v1.ask.*.*", "ctx-workers")
	if err != nil {
		t.Fatal(err)
	}
	flush(t, worker)
	answers, err := caller.SubscribeSync("_INBOX.caller.support-bot.one")
	if err != nil {
		t.Fatal(err)
	}
	flush(t, caller)
	if err := caller.PublishRequest("ctx.v1.ask.acme.assemble", "_INBOX.caller.support-bot.one", []byte("{}")); err != nil {
		t.Fatal(err)
	}
	ask := next(t, asks)
	if ask.Subject != "ctx.v1.ask.acme.assemble" || ask.Reply != "_INBOX.caller.support-bot.one" {
		t.Fatalf("the worker was asked on %q with reply %q: both are signed, and must arrive as they were sent", ask.Subject, ask.Reply)
	}
	if err := ask.Respond([]byte("answer")); err != nil {
		t.Fatal(err)
	}
	if got := next(t, answers); string(got.Data) != "answer" {
		t.Fatalf("the caller got %q", got.Data)
	}

	js, err := jetstream.New(caller)
	if err != nil {
		t.Fatal(err)
	}
	ack, err := js.Publish(t.Context(), "ctx.v1.job.acme.store", []byte("{}"))
	if err != nil || ack.Stream != "CTX_JOBS" {
		t.Fatalf("the job was acknowledged with %+v, %v", ack, err)
	}
	if err := worker.Publish("_INBOX.caller.support-bot.one", []byte("done")); err != nil {
		t.Fatal(err)
	}
	if got := next(t, answers); string(got.Data) != "done" {
		t.Fatalf("the caller got %q for its job", got.Data)
	}
}

func TestAnNKeyIsAUserToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	nobody := []tls.Certificate{w.ca.issue(t, "globex-batch", "Globex")}
	nc, err := w.dial(nobody, signingWith(t, w.globex))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if refused(t, nc, publishing("ctx.v1.ask.globex.list")) {
		t.Error("globex may not ask for its own tenant")
	}
	if !refused(t, nc, publishing("ctx.v1.ask.acme.list")) {
		t.Error("globex may ask for acme")
	}
	stranger, err := nkeys.CreateUser()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.dial(nobody, signingWith(t, stranger)); !errors.Is(err, nats.ErrAuthorization) {
		t.Errorf("an unknown nkey: %v; want %v", err, nats.ErrAuthorization)
	}
}

func TestNobodyComesInWithoutACertificateThatNamesAUser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	foreign := newAuthority(t, "somebody else")
	for name, certificates := range map[string][]tls.Certificate{
		"no certificate":                 nil,
		"another authority":              {foreign.issue(t, "worker", "Context Manager")},
		"a subject that is no user":      {w.ca.issue(t, "stranger", "Context Manager")},
		"a user of another organization": {w.ca.issue(t, "worker", "Acme")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			nc, err := w.dial(certificates)
			if err == nil {
				nc.Close()
				t.Fatal("came in")
			}
		})
	}
	t.Run("no TLS", func(t *testing.T) {
		t.Parallel()
		nc, err := nats.Connect(w.url, nats.NoReconnect())
		if err == nil {
			nc.Close()
			t.Fatal("came in")
		}
	})
}

func TestCallersAreRefusedEverythingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, subject := range []string{
		"$KV.ctx_short.acme.s.1", "$KV.ctx_ledger.acme.1", "$JS.API.INFO", "$JS.API.STREAM.INFO.KV_ctx_short",
		"$JS.API.STREAM.DELETE.CTX_JOBS", "$JS.API.STREAM.PURGE.KV_ctx_short", "$JS.API.DIRECT.GET.KV_ctx_short",
		"$JS.API.CONSUMER.MSG.NEXT.CTX_JOBS.ctx-workers", "$JS.ACK.CTX_JOBS.ctx-workers.1.1.1.1.0", "$SRV.PING", "$SYS.REQ.SERVER.PING",
		"ctx.v1.ask.globex.assemble", "ctx.v1.job.globex.store", "ctx.v1.ask.acme.store.more", "ctx.v1.dead.acme.store",
		"ctx.v1.audit.worker", "ctx.v1.event.acme.stored", "_INBOX.caller.globex.1", "_INBOX.caller.support-bot.1", "anything",
	} {
		t.Run("publish "+subject, func(t *testing.T) {
			t.Parallel()
			if !refused(t, w.acme(t), publishing(subject)) {
				t.Error("allowed")
			}
		})
	}
	for _, subject := range []string{
		">", "_INBOX.>", "_INBOX.caller.>", "_INBOX.caller.globex.>", "_INBOX.caller.*.*", "ctx.>", "ctx.v1.ask.acme.*",
		"ctx.v1.ask.*.* ctx-workers", "ctx.v1.job.acme.*", "ctx.v1.audit.*", "ctx.v1.dead.>", "$KV.>", "$JS.EVENT.>", "$SRV.>", "$SYS.>",
	} {
		t.Run("subscribe "+subject, func(t *testing.T) {
			t.Parallel()
			if !refused(t, w.acme(t), subscribing(subject)) {
				t.Error("allowed")
			}
		})
	}
}

func TestWorkersMayNoMoreThanTheyNeed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, subject := range []string{
		"$JS.API.STREAM.DELETE.KV_ctx_short", "$JS.API.STREAM.UPDATE.KV_ctx_short", "$JS.API.STREAM.CREATE.OTHER",
		"$JS.API.STREAM.PURGE.CTX_AUDIT", "$JS.API.STREAM.PURGE.CTX_JOBS", "$JS.API.STREAM.MSG.DELETE.CTX_AUDIT",
		"$JS.API.CONSUMER.CREATE.CTX_JOBS.other", "$JS.API.CONSUMER.DELETE.CTX_JOBS.ctx-workers", "$JS.API.CONSUMER.CREATE.KV_ctx_short",
		"$JS.ACK.OTHER.ctx-workers.1.1.1.1.0", "$KV.other.key", "$SYS.REQ.SERVER.PING",
		"ctx.v1.ask.acme.store", "ctx.v1.job.acme.store", "anything",
	} {
		t.Run("publish "+subject, func(t *testing.T) {
			t.Parallel()
			if !refused(t, w.worker(t), publishing(subject)) {
				t.Error("allowed")
			}
		})
	}
	for _, subject := range []string{
		">", "ctx.v1.ask.*.*", "ctx.v1.ask.*.* others", "ctx.v1.job.*.*", "ctx.v1.audit.*", "$KV.>", "$SYS.>", "$JS.EVENT.>", "_INBOX.caller.>",
	} {
		t.Run("subscribe "+subject, func(t *testing.T) {
			t.Parallel()
			if !refused(t, w.worker(t), subscribing(subject)) {
				t.Error("allowed")
			}
		})
	}
}

// What a worker asks for seldom, and the tests of a whole worker do not bring
// about each time: who has an id of the ledger or the lease, and users' logs in particular.
func TestWhatAWorkerNeedsSeldomIsAllowed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, subject := range []string{
		"$JS.API.STREAM.MSG.GET.KV_ctx_long", "$JS.API.STREAM.MSG.GET.KV_ctx_ledger", "$JS.API.STREAM.MSG.GET.KV_ctx_lease",
		"$JS.API.STREAM.PURGE.KV_ctx_long",
	} {
		if refused(t, w.worker(t), publishing(subject)) {
			t.Errorf("%s is refused", subject)
		}
	}
}

// JetStream acknowledges a job on the reply subject that its publisher chose,
// with rights of its own. From the callers' account that goes nowhere.
func TestAnAcknowledgementIsNotWrittenIntoABucket(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bucket := makeStreams(t, w)
	forge := func(nc *nats.Conn, key string) {
		t.Helper()
		err := nc.PublishRequest("ctx.v1.job.acme.store", "$KV.ctx_short."+key, []byte("{}"))
		if err != nil {
			t.Fatal(err)
		}
		flush(t, nc)
	}
	forge(w.acme(t), "globex.victim.caller")
	// The same from within the buckets' account does work, which shows that this test would notice; and as
	// one stream acknowledges in order, what the caller did has had its effect by then.
	forge(w.operator(t), "globex.victim.operator")
	waitFor(t, func() bool { _, err := bucket.Get(t.Context(), "globex.victim.operator"); return err == nil })

	if _, err := bucket.Get(t.Context(), "globex.victim.caller"); !errors.Is(err, jetstream.ErrKeyNotFound) {
		t.Errorf("a caller had the server write to another tenant's data: %v", err)
	}
}

// makeStreams makes what workers make when they start, as far as these tests need it.
func makeStreams(t *testing.T, w *world) jetstream.KeyValue {
	t.Helper()
	js, err := jetstream.New(w.operator(t))
	if err != nil {
		t.Fatal(err)
	}
	_, err = js.CreateStream(t.Context(), jetstream.StreamConfig{
		Name: "CTX_JOBS", Subjects: []string{"ctx.v1.job.*.*"}, Retention: jetstream.WorkQueuePolicy,
	})
	if err != nil {
		t.Fatal(err)
	}
	bucket, err := js.CreateKeyValue(t.Context(), jetstream.KeyValueConfig{Bucket: "ctx_short"})
	if err != nil {
		t.Fatal(err)
	}
	return bucket
}

func signingWith(t *testing.T, pair nkeys.KeyPair) nats.Option {
	t.Helper()
	public, err := pair.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return nats.Nkey(public, pair.Sign)
}

func flush(t *testing.T, nc *nats.Conn) {
	t.Helper()
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
}

func next(t *testing.T, sub *nats.Subscription) *nats.Msg {
	t.Helper()
	msg, err := sub.NextMsg(10 * time.Second)
	if err != nil {
		t.Fatal(err)
	}
	return msg
}

// waitFor polls until a condition holds.
func waitFor(t *testing.T, holds func() bool) {
	t.Helper()
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	deadline := time.After(20 * time.Second)
	for !holds() {
		select {
		case <-poll.C:
		case <-deadline:
			t.Fatal("waited in vain")
		}
	}
}
