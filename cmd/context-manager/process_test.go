package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/files"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/internal/transcript"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// workerProcess is a worker that runs as a process of its own.
type workerProcess struct {
	cmd  *exec.Cmd
	logs transcript.Text
	url  string // of its HTTP
	once sync.Once
	err  error
}

// startWorker starts a worker process and waits until it serves.
func (w *world) startWorker(t *testing.T) *workerProcess {
	t.Helper()
	return w.startWorkerWith(t, "CTX_KEYS_FILE="+w.ring)
}

// startWorkerWith starts one with these variables beside the server's.
func (w *world) startWorkerWith(t *testing.T, variables ...string) *workerProcess {
	t.Helper()
	p := w.launchWorker(t, variables...)
	await.That(t, "a worker to serve", func() bool {
		event, ok := p.logged("worker serves")
		if ok {
			p.url, _ = event["http"].(string)
		}
		return ok
	})
	return p
}

// launchWorker starts one and does not wait for it.
func (w *world) launchWorker(t *testing.T, variables ...string) *workerProcess {
	t.Helper()
	p := &workerProcess{}
	p.cmd = exec.CommandContext(context.Background(), shell.Program, "worker", "--http", "127.0.0.1:0")
	p.cmd.Env = append(append(os.Environ(), "CTX_L1=8", "CTX_ACK_WAIT=2s", "CTX_NATS_URL="+w.server.URL()), variables...)
	p.cmd.Stderr = &p.logs
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		_ = p.wait()
	})
	return p
}

// logged finds a log event by its message.
func (p *workerProcess) logged(message string) (map[string]any, bool) {
	lines := bufio.NewScanner(bytes.NewReader([]byte(p.logs.String())))
	for lines.Scan() {
		var event map[string]any
		if json.Unmarshal(lines.Bytes(), &event) == nil && event["message"] == message {
			return event, true
		}
	}
	return nil, false
}

// wait waits for the process to end, once, and kills one that was told to and
// does not, so that its test fails and does not hang.
func (p *workerProcess) wait() error {
	p.once.Do(func() {
		late := time.AfterFunc(time.Minute, func() { _ = p.cmd.Process.Kill() })
		defer late.Stop()
		p.err = p.cmd.Wait()
	})
	return p.err
}

func (p *workerProcess) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// served counts the kinds of requests of one lane that the worker has done.
func (p *workerProcess) served(t *testing.T, lane string) (n int) {
	t.Helper()
	for line := range strings.Lines(get(t, p.url+"/metrics")) {
		if strings.HasPrefix(line, "context_manager_requests_total") && strings.Contains(line, `code="ok"`) && strings.Contains(line, `lane="`+lane+`"`) {
			n++
		}
	}
	return n
}

func TestWorkerDrainsOnSIGTERM(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.startWorker(t)
	must(t, w.env("CTX_TIMEOUT=30s"), "store", "x", "--session", "s")
	p.signal(t, syscall.SIGTERM)
	if err := p.wait(); err != nil {
		t.Errorf("it ended with %v:\n%s", err, p.logs.String())
	}
	if _, ok := p.logged("worker stopped"); !ok {
		t.Errorf("it did not say that it stopped:\n%s", p.logs.String())
	}
	for line := range strings.Lines(p.logs.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("a log line is no JSON: %s", line)
		}
	}
}

func TestSIGHUPReloadsTheRingAndABadOneIsNotTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.startWorker(t)
	if err := files.Replace(w.ring, []byte(`{"keys":[]}`)); err != nil {
		t.Fatal(err)
	}
	p.signal(t, syscall.SIGHUP)
	await.That(t, "the bad ring to be refused", func() bool {
		_, ok := p.logged("the changed key ring cannot be used; the old one stays in use")
		return ok
	})
	must(t, w.env(), "list", "--session", "s")
	if health := get(t, p.url+"/health"); !strings.Contains(health, `"keys": "the changed key ring cannot be used`) {
		t.Errorf("health does not tell of the bad ring: %s", health)
	}

	if err := os.Remove(w.ring); err != nil {
		t.Fatal(err)
	}
	other := w.dir + "/other.json"
	w.newKey(t, "other", other)
	p.signal(t, syscall.SIGHUP)
	await.That(t, "the new ring", func() bool {
		return runLine(w.env("CTX_KEY_FILE="+other), "list", "--session", "s").code == exitOK
	})
	if o := runLine(w.env(), "list", "--session", "s"); o.code != exitFailed || !strings.Contains(o.err, "unauthorized") {
		t.Errorf("the old key: exit code %d: %s", o.code, o.err)
	}
}

func TestWorkerWithoutAUsableRingDoesNotStart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, doc := range map[string]string{"empty": `{"keys":[]}`, "broken": `{"keys":`, "no such file": ""} {
		path := t.TempDir() + "/ring.json"
		if doc != "" {
			if err := os.WriteFile(path, []byte(doc), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		o := runLine(w.env("CTX_KEYS_FILE="+path), "worker", "--http", "127.0.0.1:0")
		if o.code != exitFailed || !strings.Contains(o.err, "key ring") {
			t.Errorf("%s: exit code %d: %s", name, o.code, o.err)
		}
	}
}

func TestAnUnfitServerIsRefusedWithTheRemedy(t *testing.T) {
	t.Parallel()
	for want, configure := range map[string]func(*server.Options){
		"start it with -js": func(o *server.Options) { o.JetStream = false },
		"set max_payload":   func(o *server.Options) { o.MaxPayload = 1 << 20 },
	} {
		w := newWorld(t, func(o *natsd.Options) { o.Configure = configure })
		o := runLine(w.env("CTX_KEYS_FILE="+w.ring), "worker", "--http", "127.0.0.1:0")
		if o.code != exitFailed || !strings.Contains(o.err, want) || strings.Contains(o.err, "Trying again") {
			t.Errorf("want %q: exit code %d: %s", want, o.code, o.err)
		}
	}
}

func TestAnExposedRingIsWarnedOf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := os.Chmod(w.ring, 0o644); err != nil {
		t.Fatal(err)
	}
	if p := w.startWorker(t); !strings.Contains(p.logs.String(), "can read the key ring") {
		t.Errorf("no warning:\n%s", p.logs.String())
	}
}

func TestWorkerOutlivesTheServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w := newWorld(t, func(o *natsd.Options) { o.StoreDir = dir })
	p := w.startWorker(t)
	must(t, w.env(), "store", "before", "--session", "s", "--id", "before")
	port := w.server.Addr().(*net.TCPAddr).Port
	w.server.Shutdown()
	await.That(t, "the worker to notice", func() bool {
		_, ok := p.logged("lost the connection to NATS")
		return ok
	})
	w.server = natstest.Start(t, func(o *natsd.Options) { o.StoreDir, o.Port = dir, port })
	await.That(t, "an answer from the same worker", func() bool {
		o := runLine(w.env(), "list", "--session", "s")
		return o.code == exitOK && strings.Contains(o.out, "before")
	})
}
