package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/files"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/keys"
	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func TestAWorkerTakesItsRingFromTheEnvironment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	doc, err := os.ReadFile(w.ring)
	if err != nil {
		t.Fatal(err)
	}
	w.startWorkerWith(t, "CTX_KEYS="+string(doc), "CTX_IN_FLIGHT_MIB=12", "CTX_JOB_IN_FLIGHT_MIB=12")
	must(t, w.env("CTX_TIMEOUT=30s"), "store", "x", "--session", "s")
}

// Rings come and go, by a change of the file and by SIGHUP, good ones and bad
// ones, while requests come all the time: none is refused.
func TestReloadsUnderLoadDropNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.startWorker(t)
	must(t, w.env("CTX_TIMEOUT=30s"), "store", "x", "--session", "s") // from here on it serves
	good, err := os.ReadFile(w.ring)
	if err != nil {
		t.Fatal(err)
	}
	load := w.constantLoad(t)
	for i := range 3 {
		w.newKey(t, fmt.Sprint("more", i), fmt.Sprintf("%s/more%d.json", w.dir, i)) // a change of the file
		p.waitForLog(t, "key ring reloaded", i+1)
		load.goesOn(t)
	}
	const refused = "the changed key ring cannot be used; the old one stays in use"
	for i, bad := range []string{`{"keys":[]}`, `{"keys":`, "", `{"keys":[{"id":"caller"}]}`} {
		if err := files.Replace(w.ring, []byte(bad)); err != nil {
			t.Fatal(err)
		}
		p.signal(t, syscall.SIGHUP)
		p.waitForLog(t, refused, i+1)
		load.goesOn(t)
	}
	if err := files.Replace(w.ring, good); err != nil {
		t.Fatal(err)
	}
	p.signal(t, syscall.SIGHUP)
	p.waitForLog(t, "key ring reloaded", 4)
	load.goesOn(t)
	load.end()
	o := runLine(w.env("CTX_KEY_FILE="+w.dir+"/more0.json"), "list", "--session", "s")
	if o.code != exitFailed || !strings.Contains(o.err, "unauthorized") {
		t.Errorf("a key that the last ring lacks: exit code %d: %s", o.code, o.err)
	}
}

// waitForLog waits until a message was logged so many times, or more.
func (p *workerProcess) waitForLog(t *testing.T, message string, times int) {
	t.Helper()
	await.That(t, message, func() bool { return strings.Count(p.logs.String(), message) >= times })
}

// A constantLoad sends requests of both lanes one after another, and fails
// the test if one is not answered at the first try.
type constantLoad struct {
	done    atomic.Int64
	quit    context.CancelFunc
	running sync.WaitGroup
}

func (w *world) constantLoad(t *testing.T) *constantLoad {
	t.Helper()
	key, err := keys.ReadFile(w.keyFile)
	if err != nil {
		t.Fatal(err)
	}
	c, err := client.New(natstest.Connect(t, w.server), client.Options{Tenant: key.Tenant, KeyID: key.ID, Secret: key.Secret, Retries: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	l := &constantLoad{}
	var ctx context.Context
	ctx, l.quit = context.WithCancel(context.Background())
	l.running.Go(func() {
		for ctx.Err() == nil {
			l.once(t, c)
		}
	})
	return l
}

func (l *constantLoad) once(t *testing.T, c *client.Client) {
	store := messages.StoreRequest{Session: "s", Items: []messages.Item{{ID: "i", Text: "under load"}}}
	if _, err := c.Store(t.Context(), store); err != nil {
		t.Error("ask: ", err)
	}
	var reply messages.StoreReply
	if err := c.SubmitAndWait(t.Context(), messages.OpStore, &store, &reply); err != nil {
		t.Error("job: ", err)
	}
	l.done.Add(1)
}

// goesOn waits for more answers.
func (l *constantLoad) goesOn(t *testing.T) {
	t.Helper()
	goal := l.done.Load() + 10
	await.That(t, "more answers", func() bool { return l.done.Load() >= goal || t.Failed() })
}

func (l *constantLoad) end() {
	l.quit()
	l.running.Wait()
}
