package worker

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/internal/transcript"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/operations"
)

var aList = call{op: messages.OpList, body: messages.ListRequest{Session: "s"}}

// with returns the call with something changed.
func (c call) with(change func(*call)) call {
	change(&c)
	return c
}

func TestAsksThatAreNotVerifiedAreRefusedUnsigned(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	trail := &auditTrail{}
	r.start(options{deps: func(d *Deps) { d.Audit = trail }})
	resubject := func(tenant string, op messages.Op) func(*call) {
		return func(c *call) {
			c.change = func(m *nats.Msg) { m.Subject = r.subjects.Ask(tenant, op) }
		}
	}
	for name, c := range map[string]struct {
		change func(*call)
		code   messages.Code
	}{
		"no signature":         {func(c *call) { c.change = func(m *nats.Msg) { m.Header.Del(envelope.HeaderSignature) } }, messages.CodeBadEnvelope},
		"unknown key":          {func(c *call) { c.key = "stranger" }, messages.CodeUnauthorized},
		"retired key":          {func(c *call) { c.key = "retired" }, messages.CodeUnauthorized},
		"another body":         {func(c *call) { c.change = func(m *nats.Msg) { m.Data = []byte(`{"session":"t"}`) } }, messages.CodeUnauthorized},
		"another operation":    {resubject(testTenant, messages.OpStats), messages.CodeUnauthorized},
		"another tenant":       {resubject("umbrella", messages.OpList), messages.CodeUnauthorized},
		"too old":              {func(c *call) { c.time = time.Now().Add(-5*time.Minute - 2*time.Second); c.life = time.Hour }, messages.CodeOutsideWindow},
		"from the future":      {func(c *call) { c.time = time.Now().Add(5*time.Minute + 5*time.Second) }, messages.CodeOutsideWindow},
		"a key that may not":   {func(c *call) { c.key, c.op, c.body = "reader", messages.OpClear, messages.ClearRequest{Session: "s"} }, messages.CodeForbidden},
		"not the key's tenant": {func(c *call) { c.key, c.tenant = "reader", "umbrella" }, messages.CodeForbidden},
		"no such operation":    {func(c *call) { c.op = "nonsense" }, messages.CodeUnknownOperation},
		"too large":            {func(c *call) { c.body = make([]byte, messages.MaxMessageBytes+1) }, messages.CodeTooLarge},
		"another reply":        {func(c *call) { c.change = func(m *nats.Msg) { m.Header.Set(envelope.HeaderReply, nats.NewInbox()) } }, messages.CodeBadEnvelope},
	} {
		o := r.ask(aList.with(c.change))
		fails(t, o, c.code)
		if o.signed {
			t.Errorf("%s: the refusal is signed, for a caller that proved nothing", name)
		}
	}
	for _, e := range trail.of(messages.AuditRefused) {
		if e.Reason == envelope.ReasonRetiredKey && e.Proved {
			return
		}
	}
	t.Errorf("the use of a retired key was not audited: %+v", trail.events)
}

func TestAnUnverifiedAskIsAnsweredToAnInboxOnly(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{})
	for _, target := range []string{"victim.subject", "ctx.v1.ask.acme.clear", "ctx.v1.job.acme.store"} {
		spy, err := r.nc.SubscribeSync(target)
		if err != nil {
			t.Fatal(err)
		}
		m := r.message(messages.LaneAsk, aList.with(func(c *call) { c.reply = nats.NewInbox() }))
		m.Reply = target
		if err := r.nc.PublishMsg(m); err != nil {
			t.Fatal(err)
		}
		must[messages.ListReply](t, r.ask(aList)) // taken after it, by the same worker
		if got, err := spy.NextMsg(50 * time.Millisecond); err == nil {
			t.Errorf("the worker published to %s: %q %v", target, got.Data, got.Header)
		}
	}
}

func TestVerifiedAsksAreRefusedSigned(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{tiers: func(c *tiers.Config) { c.Read.Deadline = time.Second }})
	for name, c := range map[string]struct {
		call call
		code messages.Code
	}{
		"not JSON":         {aList.with(func(c *call) { c.body = []byte("{") }), messages.CodeBadJSON},
		"an unknown field": {aList.with(func(c *call) { c.body = []byte(`{"session":"s","sesion":"s"}`) }), messages.CodeBadJSON},
		"a wrong type":     {aList.with(func(c *call) { c.body = []byte(`{"session":1}`) }), messages.CodeBadJSON},
		"no owner":         {aList.with(func(c *call) { c.body = messages.ListRequest{} }), messages.CodeBadRequest},
		"a made-up cursor": {aList.with(func(c *call) { c.body = messages.ListRequest{Session: "s", Cursor: "mine"} }), messages.CodeBadRequest},
		"a budget of zero": {call{op: messages.OpAssemble, body: messages.AssembleRequest{Session: "s"}}, messages.CodeBadRequest},
		"an unknown level": {call{op: messages.OpStore, body: []byte(`{"session":"s","items":[{"text":"t","level":"eternal"}]}`)}, messages.CodeBadRequest},
		"an over-long id":  {call{op: messages.OpStore, body: messages.StoreRequest{Session: strings.Repeat("x", 257), Items: turns("t")}}, messages.CodeTooLarge},
		"a revision to come": {aList.with(func(c *call) {
			c.body = messages.ListRequest{Session: "s", MinRevision: &messages.Revision{Session: 1 << 60}}
		}), messages.CodeBadRequest},
	} {
		o := r.ask(c.call)
		refusal := fails(t, o, c.code)
		if !o.signed || o.status != c.code.Status() {
			t.Errorf("%s: signed %t, status %d", name, o.signed, o.status)
		}
		if refusal.Message == "" || refusal.Retryable != c.code.Retryable() {
			t.Errorf("%s: %+v", name, refusal)
		}
	}
}

func TestAnAskIsTakenOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	trail := &auditTrail{}
	first := r.start(options{deps: func(d *Deps) { d.Audit = trail }})
	aStore := call{op: messages.OpStore, body: messages.StoreRequest{Session: "s", Items: turns("once")}}
	for _, c := range []call{aStore, aList} {
		c.id = newID(t)
		if o := r.ask(c); o.failed != nil {
			t.Fatal(o.failed)
		}
		fails(t, r.ask(c), messages.CodeReplayed)
	}
	if n := len(trail.of(messages.AuditRefused)); n != 2 {
		t.Errorf("%d replays were audited; want 2", n)
	}
	// After the worker is gone, another knows.
	aStore.id = newID(t)
	if o := r.ask(aStore); o.failed != nil {
		t.Fatal(o.failed)
	}
	first.stop()
	if err := <-first.ended; err != nil {
		t.Fatal(err)
	}
	r.start(options{})
	fails(t, r.ask(aStore), messages.CodeReplayed)
	if n := list(t, r.ask, messages.ListRequest{Session: "s"}).Total; n != 1 {
		t.Errorf("%d items; want 1", n)
	}
}

func TestAKeysRateIsEnforced(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	now := time.Now()
	r.start(options{deps: func(d *Deps) { d.Clock = func() time.Time { return now } }})
	slow := aList.with(func(c *call) { c.key = "slow" })
	for range 2 { // its burst
		must[messages.ListReply](t, r.ask(slow))
	}
	refused := fails(t, r.ask(slow), messages.CodeRateLimited)
	if refused.RetryAfterMS != 50 || !refused.Retryable {
		t.Errorf("%+v; want to try again after 50 ms, as the rate is 20 a second", refused)
	}
	must[messages.ListReply](t, r.ask(aList)) // another key's rate is its own
}

func TestAFullWorkerSaysSo(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	block := newGate()
	w := r.start(options{
		config: func(c *Config) { c.AskInFlight = 1 },
		deps:   func(d *Deps) { d.Reader = hookedReader{Reader: d.Reader, before: block.pass} },
	})
	var held outcome
	var waiting sync.WaitGroup
	waiting.Go(func() { held = r.ask(aList) })
	block.waitFor(t, 1)
	o := r.ask(aList)
	if refused := fails(t, o, messages.CodeOverloaded); refused.RetryAfterMS <= 0 || o.signed {
		t.Errorf("%+v, signed %t", refused, o.signed)
	}
	if n := testutil.ToFloat64(w.metrics.inFlight.WithLabelValues("ask")); n != 1 {
		t.Errorf("%v requests are in flight; want 1", n)
	}
	block.open()
	waiting.Wait()
	must[messages.ListReply](t, held)
	await.That(t, "there is room again", func() bool { return r.ask(aList).failed == nil })
}

func TestAnAskThatComesTooLateIsSentElsewhere(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{})
	w.crew.close() // as the drain does, past its deadline
	o := r.ask(aList)
	if refused := fails(t, o, messages.CodeDraining); !refused.Retryable || refused.RetryAfterMS <= 0 || o.signed {
		t.Errorf("%+v, signed %t", refused, o.signed)
	}
}

func TestAFloodOfLargeMessagesStaysUnderTheByteLimit(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const size = 1 << 20
	block := newGate()
	w := r.start(options{
		config: func(c *Config) { c.AskInFlightBytes = size * 3 / 2 },
		deps:   func(d *Deps) { d.Reader = hookedReader{Reader: d.Reader, before: block.pass} },
	})
	body := append(make([]byte, 0, size), `{"session":"s","max_tokens":9,"query":"`...)
	body = append(body, `"}`...)
	for len(body) < size { // legal JSON may end in any amount of white space
		body = append(body, ' ')
	}
	big := call{op: messages.OpAssemble, body: body}
	var flood sync.WaitGroup
	outcomes := make(chan outcome, 8)
	flood.Go(func() { outcomes <- r.ask(big) })
	block.waitFor(t, 1)
	for range 7 {
		flood.Go(func() { outcomes <- r.ask(big) })
	}
	await.That(t, "the rest is refused", func() bool { return len(outcomes) == 7 })
	if n := testutil.ToFloat64(w.metrics.inFlightBytes.WithLabelValues("ask")); n != float64(len(body)) {
		t.Errorf("%v bytes are in flight; want %d", n, len(body))
	}
	block.open()
	flood.Wait()
	for range 7 {
		fails(t, <-outcomes, messages.CodeOverloaded)
	}
	must[messages.AssembleReply](t, <-outcomes)
}

func TestAnAskEndsAtItsDeadline(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{deps: func(d *Deps) {
		d.Reader = hookedReader{Reader: d.Reader, before: func(ctx context.Context) { <-ctx.Done() }}
	}})
	o := r.ask(aList.with(func(c *call) { c.life = 300 * time.Millisecond }))
	fails(t, o, messages.CodeDeadline)
	if !o.signed {
		t.Error("not signed")
	}
}

func TestAPanicIsOneRequestsErrorAndTellsNoText(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const secret = "what the user said in confidence"
	var log transcript.Text
	panics := true
	w := r.start(options{deps: func(d *Deps) {
		d.Logger = d.Logger.Output(&log)
		d.Reader = hookedReader{Reader: d.Reader, before: func(context.Context) {
			if panics {
				panics = false
				panic("cannot handle " + secret)
			}
		}}
	}})
	refused := fails(t, r.ask(aList), messages.CodeInternal)
	if strings.Contains(refused.Message, secret) || strings.Contains(log.String(), secret) {
		t.Error("the panic's text got out")
	}
	if !strings.Contains(log.String(), "panicked") || testutil.ToFloat64(w.metrics.panics) != 1 {
		t.Errorf("the panic was not logged and counted: %s", log.String())
	}
	must[messages.ListReply](t, r.ask(aList))
}

func TestAnAnswerThatNoMessageCanCarryIsAnError(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.start(options{worker: func(w *Worker) {
		w.operations[messages.OpList] = func(context.Context, operations.Request) (any, error) {
			return json.RawMessage(`"` + strings.Repeat("x", int(r.nc.MaxPayload())) + `"`), nil
		}
	}})
	o := r.ask(aList)
	fails(t, o, messages.CodeTooLarge)
	if !o.signed {
		t.Error("not signed")
	}
	if n := testutil.ToFloat64(w.metrics.repliesFailed); n != 0 {
		t.Errorf("%v replies failed; want none", n)
	}
}

func TestTierFailuresAreNamedAndTheRestIsServed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var down struct{ session, user bool }
	broken := messages.Errorf(messages.CodeUnavailable, "down")
	r.start(options{deps: func(d *Deps) {
		d.Reader = hookedReader{Reader: d.Reader, after: func(s, u *page.View) {
			if down.session {
				*s = page.View{Err: broken}
			}
			if down.user {
				u.Err, u.Stale, u.Hit, u.Age = broken, true, true, 1500*time.Millisecond
			}
		}}
	}})
	store(t, r.ask, messages.StoreRequest{Session: "s", Items: turns("session item")})
	store(t, r.ask, messages.StoreRequest{User: "u", Items: turns("user item")})
	ask := func(req messages.AssembleRequest) outcome {
		req.MaxTokens = 100
		return r.ask(call{op: messages.OpAssemble, body: req})
	}
	down.session = true
	reply := must[messages.AssembleReply](t, ask(messages.AssembleRequest{Session: "s", User: "u"}))
	if len(reply.Degraded) != 1 || reply.Degraded[0] != (messages.Degradation{Tier: "L2", Reason: "unavailable"}) || len(reply.IDs) != 1 {
		t.Errorf("without L2: %+v", reply)
	}
	fails(t, ask(messages.AssembleRequest{Session: "s"}), messages.CodeUnavailable)
	fails(t, ask(messages.AssembleRequest{Session: "s", User: "u", MinRevision: &messages.Revision{Session: 1}}), messages.CodeUnavailable)
	down.session, down.user = false, true
	reply = must[messages.AssembleReply](t, ask(messages.AssembleRequest{Session: "s", User: "u"}))
	if len(reply.IDs) != 2 || len(reply.Degraded) != 1 || len(reply.Stale) != 1 || reply.Stale[0] != (messages.Staleness{Tier: "L3", AgeMS: 1500}) {
		t.Errorf("with L3 from the cache: %+v", reply)
	}
	// What promises to be fresh does not make do with a cache.
	fails(t, r.ask(call{op: messages.OpList, body: messages.ListRequest{User: "u"}}), messages.CodeUnavailable)
	fails(t, r.ask(call{op: messages.OpClear, body: messages.ClearRequest{User: "u"}}), messages.CodeUnavailable)
}

func TestTheServiceIsFoundByNATSTools(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{})
	must[messages.ListReply](t, r.ask(aList))
	answer, err := r.nc.Request("$SRV.STATS.context-manager", nil, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	var stats micro.Stats
	if err := json.Unmarshal(answer.Data, &stats); err != nil {
		t.Fatal(err)
	}
	if len(stats.Endpoints) != 1 || stats.Endpoints[0].QueueGroup != "ctx-workers" || stats.Endpoints[0].Subject != "ctx.v1.ask.*.*" || stats.Endpoints[0].NumRequests != 1 {
		t.Errorf("%+v", stats.Endpoints)
	}
}
