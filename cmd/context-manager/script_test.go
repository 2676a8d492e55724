package main

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/keys"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/worker"
)

// TestScripts runs each script of testdata/script against a server and a
// worker of its own, with the program as processes.
func TestScripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.serve(t)
			testscript.Run(t, testscript.Params{
				Files:               []string{file},
				RequireExplicitExec: true,
				Cmds: map[string]func(*testscript.TestScript, bool, []string){
					"eventually": eventuallyExec,
					"poison":     func(ts *testscript.TestScript, _ bool, args []string) { ts.Check(w.poison(args[0])) },
					"bury":       func(ts *testscript.TestScript, _ bool, args []string) { ts.Check(w.bury(args[0], args[1:]...)) },
				},
				Setup: func(env *testscript.Env) error {
					if err := writeNATSContext(env.WorkDir, w.server.URL()); err != nil {
						return err
					}
					for _, pair := range w.env("CTX_KEYS_FILE="+w.ring, "CTX_TIMEOUT=30s") {
						name, value, _ := strings.Cut(pair, "=")
						env.Setenv(name, value)
					}
					return nil
				},
			})
		})
	}
}

// writeNATSContext writes a context of the nats tool, named "here", under config.
func writeNATSContext(dir, url string) error {
	folder := filepath.Join(dir, "config", "nats", "context")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "here.json"), fmt.Appendf(nil, `{"description":"test","url":%q}`, url), 0o600)
}

// eventuallyExec is the script command "eventually": it runs a program again
// and again until it succeeds, or until it fails after "!".
func eventuallyExec(ts *testscript.TestScript, neg bool, args []string) {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	timeout := time.NewTimer(30 * time.Second)
	defer timeout.Stop()
	for (ts.Exec(args[0], args[1:]...) != nil) != neg {
		select {
		case <-ticker.C:
		case <-timeout.C:
			ts.Fatalf("gave up waiting for %v", args)
		}
	}
}

// poison puts a job on the lane that its key signed and no worker can decode:
// one that the program itself would not send.
func (w *world) poison(session string) error {
	m, err := w.signed(fmt.Appendf(nil, `{"session":%q,"items":[{"text":7}]}`, session))
	if err != nil {
		return err
	}
	return w.publish(m)
}

// bury writes the dead letter of a bundle that stores an item in each of the
// sessions, as a worker does if those at places failed.
func (w *world) bury(places string, sessions ...string) error {
	bodies := make([][]byte, len(sessions))
	for i, session := range sessions {
		bodies[i] = fmt.Appendf(nil, `{"session":%q,"items":[{"text":"x"}]}`, session)
	}
	m, err := w.signed(messages.AppendBundle(nil, bodies))
	if err != nil {
		return err
	}
	for name, value := range map[string]string{
		worker.DeadPlaces: places, worker.DeadSubject: m.Subject, worker.DeadCode: "unavailable", worker.DeadError: "no leader",
		worker.DeadTime: "1772409600000", worker.DeadAttempts: "12", worker.DeadSequence: "7", worker.DeadWorker: "w",
	} {
		m.Header[name] = []string{value}
	}
	m.Subject = strings.Replace(m.Subject, ".job.", ".dead.", 1)
	return w.publish(m)
}

// signed is a job of the world's caller: a store.
func (w *world) signed(body []byte) (*nats.Msg, error) {
	key, err := keys.ReadFile(w.keyFile)
	if err != nil {
		return nil, err
	}
	signer, err := envelope.NewSigner(key.ID, key.Secret, envelope.DefaultAudience)
	if err != nil {
		return nil, err
	}
	id, err := messages.NewID(rand.Reader)
	if err != nil {
		return nil, err
	}
	now, m := time.Now(), &nats.Msg{Subject: "ctx.v1.job." + key.Tenant + ".store", Data: body}
	m.Header = signer.Headers(envelope.Unsigned{Subject: m.Subject, ID: id, Body: m.Data, Time: now.UnixMilli(), Expires: now.Add(time.Hour).UnixMilli()})
	return m, nil
}

func (w *world) publish(m *nats.Msg) error {
	nc, err := nats.Connect(w.server.URL())
	if err != nil {
		return err
	}
	defer nc.Close()
	if err := nc.PublishMsg(m); err != nil {
		return err
	}
	return nc.Flush()
}
