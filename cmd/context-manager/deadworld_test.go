package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker"
	"github.com/context-manager/context-manager/worker/operations"
)

// A graveyard is a deployment whose workers can be made to fail, with the
// keys of a caller and of an operator.
type graveyard struct {
	*rig.Rig
	js     jetstream.JetStream
	env    []string // of an operator
	dir    string
	broken atomic.Bool // stores fail in passing
}

func newGraveyard(t *testing.T) *graveyard {
	t.Helper()
	caller, operator := rig.DefaultKey(), rig.DefaultKey()
	caller.Grants = []messages.Grant{messages.GrantRead, messages.GrantWrite}
	operator.ID, operator.Secrets = "operator", []envelope.Secret{envelope.NewSecret([]byte("what operators alone should know"))}
	g := &graveyard{dir: t.TempDir()}
	g.Rig = rig.Start(t, rig.Keys(caller, operator),
		rig.Config(func(c *worker.Config) {
			c.MaxAttempts, c.Patience, c.RetryBase, c.RetryCap = 2, time.Nanosecond, time.Millisecond, time.Millisecond
		}),
		rig.Deps(func(d *worker.Deps) { d.Log = brittleLog{Log: d.Log, broken: &g.broken} }))
	var err error
	if g.js, err = jetstream.New(g.Connect()); err != nil {
		t.Fatal(err)
	}
	g.env = []string{
		"CTX_NATS_URL=" + g.Server.URL(), "CTX_KEY_FILE=" + g.writeKey(t, operator),
		"CTX_KEYS_FILE=" + g.writeRing(t, caller, operator),
	}
	return g
}

func (g *graveyard) writeKey(t *testing.T, k envelope.Key) string {
	t.Helper()
	doc, err := json.Marshal(map[string]string{"id": k.ID, "secret": k.Secrets[0].Encode()})
	if err != nil {
		t.Fatal(err)
	}
	return g.write(t, k.ID+".json", doc)
}

func (g *graveyard) writeRing(t *testing.T, keys ...envelope.Key) string {
	t.Helper()
	doc, err := envelope.EncodeRing(keys)
	if err != nil {
		t.Fatal(err)
	}
	return g.write(t, "ring.json", doc)
}

func (g *graveyard) write(t *testing.T, name string, doc []byte) string {
	t.Helper()
	path := filepath.Join(g.dir, name)
	if err := os.WriteFile(path, doc, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A brittleLog refuses to write while it is broken.
type brittleLog struct {
	operations.Log
	broken *atomic.Bool
}

func (l brittleLog) Append(ctx context.Context, o messages.Owner, name string, segment []byte, c page.Condition) (uint64, error) {
	if l.broken.Load() {
		return 0, messages.Errorf(messages.CodeUnavailable, "no leader")
	}
	return l.Log.Append(ctx, o, name, segment, c)
}

// sign makes a job of the caller's that was signed at a time.
func (g *graveyard) sign(t *testing.T, op messages.Op, body string, at time.Time) *nats.Msg {
	t.Helper()
	id, err := messages.NewID(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	m := &nats.Msg{Subject: g.Subjects.Job(rig.Tenant, op), Data: []byte(body)}
	m.Header = g.Signer().Headers(envelope.Unsigned{
		Subject: m.Subject, ID: id, Body: m.Data, Time: at.UnixMilli(), Expires: at.Add(time.Hour).UnixMilli(),
	})
	return m
}

// bury writes a dead letter as a worker does, of a job that was signed at a
// time, and returns the job's request id.
func (g *graveyard) bury(t *testing.T, job *nats.Msg) string {
	t.Helper()
	_, _, op, err := g.Subjects.Parse(job.Subject)
	if err != nil {
		t.Fatal(err)
	}
	m := &nats.Msg{Subject: g.Subjects.Dead(rig.Tenant, op), Header: nats.Header{}, Data: job.Data}
	maps.Copy(m.Header, job.Header)
	for name, value := range map[string]string{
		worker.DeadCode: "unavailable", worker.DeadError: "no leader", worker.DeadTime: strconv.FormatInt(time.Now().UnixMilli(), 10),
		worker.DeadAttempts: "2", worker.DeadSequence: "7", worker.DeadSubject: job.Subject, worker.DeadWorker: "w",
	} {
		m.Header[name] = []string{value}
	}
	if _, err := g.js.PublishMsg(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	return job.Header.Get(envelope.HeaderID)
}

// A buriedLetter is a dead letter as "dead ls --json" prints it.
type buriedLetter struct {
	Seq      uint64        `json:"seq"`
	Tenant   string        `json:"tenant"`
	Code     messages.Code `json:"code"`
	KeyID    string        `json:"key"`
	ID       string        `json:"id"`
	Attempts uint64        `json:"attempts"`
	Size     int           `json:"size"`
	Places   []int         `json:"places"`
}

// A replayedLetter is what "dead replay --json" prints of one.
type replayedLetter struct {
	Seq      uint64 `json:"seq"`
	Was      string `json:"was"`
	ID       string `json:"id"`
	Places   []int  `json:"places"`
	Requests int    `json:"requests"`
}

func (g *graveyard) letters(t *testing.T) []buriedLetter {
	t.Helper()
	var all []buriedLetter
	for line := range strings.Lines(must(t, g.env, "dead", "ls", "--json").out) {
		var l buriedLetter
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		all = append(all, l)
	}
	return all
}

// jobs counts what the stream of jobs has ever been given, and what is left of it.
func (g *graveyard) jobs(t *testing.T) (ever, left uint64) {
	t.Helper()
	s, err := g.js.Stream(t.Context(), "CTX_JOBS")
	if err != nil {
		t.Fatal(err)
	}
	return s.CachedInfo().State.LastSeq, s.CachedInfo().State.Msgs
}

func (g *graveyard) idle(t *testing.T) {
	t.Helper()
	await.That(t, "every job to be settled", func() bool {
		_, left := g.jobs(t)
		return left == 0
	})
}

// audits reads the records of one kind.
func (g *graveyard) audits(t *testing.T, kind string) []messages.AuditEvent {
	t.Helper()
	s, err := g.js.Stream(t.Context(), "CTX_AUDIT")
	if err != nil {
		t.Fatal(err)
	}
	var found []messages.AuditEvent
	for seq := uint64(1); seq <= s.CachedInfo().State.LastSeq; seq++ {
		m, err := s.GetMsg(t.Context(), seq)
		if err != nil {
			t.Fatal(err)
		}
		events, err := messages.ReadAudit(m.Data)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if e.Kind == kind {
				found = append(found, e)
			}
		}
	}
	return found
}

func (g *graveyard) items(t *testing.T, session string) []messages.Item {
	t.Helper()
	list, err := g.Client().List(t.Context(), messages.ListRequest{Session: session})
	if err != nil {
		t.Fatal(err)
	}
	return list.Items
}
