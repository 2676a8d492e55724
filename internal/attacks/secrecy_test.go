package attacks

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/internal/transcript"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker"
	"github.com/context-manager/context-manager/worker/operations"
)

// canary is in every text of the workload, whatever field it stands in.
const canary = "CANARY what the user said in confidence"

// A leak test collects all that a deployment tells by other ways than answers.
type leaks struct {
	w    *world
	logs transcript.Text
	told map[string]string // by where
}

// Nothing that a caller said, and no secret, is in logs, metrics, health,
// audit, errors or what `nats micro` shows, whatever goes wrong.
func TestNothingConfidentialLeaks(t *testing.T) {
	t.Parallel()
	l := &leaks{told: map[string]string{}}
	l.w = newWorld(t, 1,
		rig.Log(zerolog.New(&l.logs).Level(zerolog.TraceLevel)),
		rig.Deps(func(d *worker.Deps) { d.Reader = panickyReader{d.Reader} }),
	)
	l.ordinary()
	l.malformed()
	l.forged()
	l.panics()
	l.clients()
	l.w.drained()
	l.gather()

	l.search("text", canary, "CANARY")
	for _, key := range everybody() {
		for _, secret := range key.Secrets {
			l.search("the secret of "+key.ID, string(secret.Bytes()), secret.Encode())
		}
	}
	for where, want := range map[string]string{"logs": "panicked", "metrics": "panics_total 3", "audit": "refused", "errors": "bad_json"} {
		if !strings.Contains(l.told[where], want) {
			t.Errorf("%s lack %q, so they were not gathered: %.400s", where, want, l.told[where])
		}
	}
}

func (l *leaks) search(what string, forms ...string) {
	l.w.t.Helper()
	for where, text := range l.told {
		for _, form := range forms {
			if at := strings.Index(text, form); at >= 0 {
				l.w.t.Errorf("%s: %s is there: %.300q", where, what, text[max(0, at-100):])
			}
		}
	}
}

// hear sends a request on both lanes, and keeps what its errors say.
func (l *leaks) hear(request letter) {
	l.w.t.Helper()
	if a := l.w.ask(l.w.sign(request)); a.failed != nil {
		l.told["errors"] += string(a.body) + "\n"
	}
	l.w.enqueue(l.w.sign(request.on(messages.LaneJob)))
}

func confidential() messages.Item {
	return messages.Item{ID: "i", Text: canary, Name: canary, Group: canary, Metadata: map[string]string{canary: canary}}
}

func (l *leaks) ordinary() {
	l.w.t.Helper()
	text := canary
	item := confidential()
	for _, r := range []letter{
		{op: messages.OpStore, body: messages.StoreRequest{Session: "s", Items: []messages.Item{item}}},
		{op: messages.OpAssemble, body: messages.AssembleRequest{Session: "s", Query: canary, MaxTokens: 100, Explain: true}},
		{op: messages.OpList, body: messages.ListRequest{Session: "s", Filter: &messages.Filter{Metadata: item.Metadata}}},
		{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "i", Text: &text}},
		{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "i", Text: &text, Revision: 1}},       // a conflict
		{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "missing", Text: &text, Revision: 1}}, // not found
		{op: messages.OpPromote, body: messages.PromoteRequest{Session: "s", User: "u", IDs: []string{"i"}, To: messages.LongTerm}},
		{op: messages.OpStats, body: messages.StatsRequest{Session: "s"}},
		{op: messages.OpExport, body: []byte(canary)}, // not offered
		storing("i", canary).by("slow"), storing("i", canary).by("slow"), storing("i", canary).by("reader"),
	} {
		l.hear(r)
	}
}

func (l *leaks) malformed() {
	l.w.t.Helper()
	for _, body := range []string{
		canary, `{"` + canary, `{"session":"s","` + canary + `":1}`, `{"session":"` + canary + `\q"}`,
		`{"session":"s","items":[{"text":"` + canary + `","text":"` + canary + `"}]}`,
		`{"session":"s","items":[{"text":"t","metadata":{"` + canary + `":1}}]}`,
		`{"session":"s","items":[{"text":"t","metadata":{"` + canary + `":"a","` + canary + `":"b"}}]}`,
		`{"session":"s","items":[{"text":"t","metadata":{"` + canary + `":null}}]}`,
		`{"session":"s","items":[{"text":"t","level":"` + canary + `"}]}`,
		`{"session":"s","items":[{"text":"t","role":"` + canary + `"}]}`,
		`{"session":"s","items":[{"text":"t","language":"` + canary + `"}]}`,
		`{"session":"s","items":[{"text":"t","time":"` + canary + `"}]}`,
		`{"session":"s","items":["` + canary + `"]}`,
		`{"session":"s","items":[{"text":"` + canary + `\u0000","name":"` + canary + `\u0000"}]}`,
		`{"session":"s","items":[{"text":"t","name":"` + strings.Repeat(canary, 10) + `"}]}`,
		`{"session":"s","items":[{"text":"t","metadata":{"` + strings.Repeat(canary, 10) + `":"a"}}]}`,
		`{"session":"s","items":[{"text":"t","metadata":{"a":"` + strings.Repeat(canary, 1000) + `"}}]}`,
		`{"session":"s","max_tokens":1,"format":"` + canary + `"}`, `{"session":"s","cursor":"` + canary + `"}`,
	} {
		for _, op := range []messages.Op{messages.OpStore, messages.OpAssemble, messages.OpList} {
			l.hear(letter{op: op, body: []byte(body)})
		}
	}
}

func (l *leaks) forged() {
	l.w.t.Helper()
	for _, f := range forgeries() {
		if a := l.w.ask(f.make(l.w, storing("i", canary))); a.failed != nil {
			l.told["errors"] += string(a.body) + "\n"
		}
		l.w.enqueue(f.make(l.w, storing("i", canary).on(messages.LaneJob)))
	}
	m := l.w.sign(storing("i", canary))
	l.w.ask(m)
	l.told["errors"] += string(l.w.ask(captured(m)).body)
	garbled := captured(l.w.sign(storing("i", canary)), withHeader(envelope.HeaderKey, canary), withHeader(envelope.HeaderTime, canary))
	l.told["errors"] += string(l.w.ask(garbled).body)
}

// panics makes handlers fail in the ways in which one can come to hold a text.
func (l *leaks) panics() {
	l.w.t.Helper()
	for _, session := range []string{"panic text", "panic error", "panic struct"} {
		a := l.w.ask(l.w.sign(letter{op: messages.OpAssemble, body: messages.AssembleRequest{Session: session, Query: canary, MaxTokens: 9}}))
		wantRefused(l.w.t, a, messages.CodeInternal)
		l.told["errors"] += string(a.body)
	}
	await.That(l.w.t, "the worker serves on", func() bool { return l.w.ask(l.w.sign(listing())).failed == nil })
}

type panickyReader struct{ operations.Reader }

// Read panics for some sessions, as a defect would.
func (r panickyReader) Read(ctx context.Context, session, user messages.Owner, f page.Freshness) (s, u page.View) {
	switch session.ID {
	case "panic text":
		panic("cannot rank " + canary)
	case "panic error":
		panic(errors.New(canary))
	case "panic struct":
		panic(confidential())
	}
	return r.Reader.Read(ctx, session, user, f)
}

// clients keeps what the Go client says when it is refused.
func (l *leaks) clients() {
	l.w.t.Helper()
	for _, change := range []func(*client.Options){
		func(*client.Options) {},
		func(o *client.Options) { o.Secret = secrets("mallory")[0] },
		func(o *client.Options) { o.Audience = "staging" },
		func(o *client.Options) { o.Tenant = attacker },
	} {
		c := l.w.client("victim", victim, change, func(o *client.Options) { o.Retries, o.Timeout = -1, 5*time.Second })
		_, err := c.Store(l.w.t.Context(), messages.StoreRequest{Session: "s", Items: []messages.Item{{Text: canary, Level: "nowhere"}}})
		if err == nil {
			l.w.t.Error("a bad store succeeded")
			continue
		}
		l.told["errors"] += err.Error() + "\n"
	}
}

// gather collects what the deployment shows to whoever looks.
func (l *leaks) gather() {
	l.w.t.Helper()
	l.told["metrics"], l.told["health"] = l.get("/metrics"), l.get("/health")
	for _, verb := range []string{"PING", "INFO", "STATS"} {
		m, err := l.w.nc.Request("$SRV."+verb, nil, patience)
		if err != nil {
			l.w.t.Fatal(err)
		}
		l.told["micro"] += string(m.Data)
	}
	l.told["dead letters' headers"] = l.streamed("CTX_DEAD", func(m *nats.Msg) []byte { return headerBytes(m.Header) })
	if err := l.w.workers[0].Stop(); err != nil { // which writes the last audit records
		l.w.t.Error(err)
	}
	l.told["audit"] = l.streamed("CTX_AUDIT", func(m *nats.Msg) []byte { return append(headerBytes(m.Header), m.Data...) })
	l.told["logs"] = l.logs.String()
}

func (l *leaks) get(path string) string {
	got := httptest.NewRecorder()
	l.w.workers[0].HTTP.ServeHTTP(got, httptest.NewRequestWithContext(l.w.t.Context(), http.MethodGet, path, nil))
	return got.Body.String()
}

// streamed reads a part of every message of a stream.
func (l *leaks) streamed(name string, part func(*nats.Msg) []byte) string {
	l.w.t.Helper()
	stream, err := l.w.js.Stream(l.w.t.Context(), name)
	if err != nil {
		l.w.t.Fatal(err)
	}
	var all bytes.Buffer
	for seq := uint64(1); seq <= stream.CachedInfo().State.LastSeq; seq++ {
		m, err := stream.GetMsg(l.w.t.Context(), seq)
		if err != nil {
			l.w.t.Fatal(err)
		}
		all.Write(part(&nats.Msg{Header: m.Header, Data: m.Data}))
		all.WriteByte('\n')
	}
	return all.String()
}

func headerBytes(h nats.Header) []byte {
	var all bytes.Buffer
	_ = http.Header(h).Write(&all) // a buffer takes everything
	return all.Bytes()
}
