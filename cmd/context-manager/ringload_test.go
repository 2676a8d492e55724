package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

const aRing = `{"keys":[{"id":"a","secrets":["MDEyMzQ1Njc4OTAxMjM0NQ"],"tenants":["x"],"grants":["read"]}]}`

func TestRingFromTheEnvironment(t *testing.T) {
	t.Parallel()
	source, err := (&ringFlags{}).source(environment{ringVariable: aRing}, "a test")
	if err != nil {
		t.Fatal(err)
	}
	ring, _, err := source.load()
	if err != nil || len(ring.Keys()) != 1 {
		t.Fatalf("got %v, %v", ring, err)
	}
	source, err = (&ringFlags{}).source(environment{ringVariable: `{"keys":[],"MDEyMzQ1Njc4OTAxMjM0NQ":1}`}, "a test")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := source.load(); err == nil || !strings.Contains(err.Error(), ringVariable) || strings.Contains(err.Error(), "MDEy") {
		t.Errorf("a bad ring: %v; want the variable's name, and none of its text", err)
	}
	for name, c := range map[string]struct {
		flags ringFlags
		env   environment
	}{
		"none": {}, "file and variable": {ringFlags{KeysFile: "a"}, environment{ringVariable: aRing}},
		"folder and variable": {ringFlags{KeysDir: "a"}, environment{ringVariable: aRing}}, "file and folder": {flags: ringFlags{KeysFile: "a", KeysDir: "b"}},
	} {
		var usage *usageError
		if _, err := c.flags.source(c.env, "a test"); !errors.As(err, &usage) {
			t.Errorf("%s: %v; want a usage error", name, err)
		}
	}
}

func TestAWorkerTakesItsRingFromTheEnvironment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	doc, err := os.ReadFile(w.ring)
	if err != nil {
		t.Fatal(err)
	}
	w.startWorkerWith(t, ringVariable+"="+string(doc), "CTX_IN_FLIGHT_MIB=12", "CTX_JOB_IN_FLIGHT_MIB=12")
	must(t, w.env("CTX_TIMEOUT=30s"), "store", "x", "--session", "s")
}

func TestBytesInFlightAreConfigured(t *testing.T) {
	t.Parallel()
	f := serveFlags{InFlightMiB: 100, JobMiB: 12}
	if c := f.worker("ctx"); c.AskInFlightBytes != 100<<20 || c.AskPendingBytes != 100<<20 || c.JobInFlightBytes != 12<<20 {
		t.Errorf("got %+v", c)
	}
	f.InFlightMiB = 1
	if c := f.worker("ctx"); c.AskInFlightBytes != 1<<20 || c.AskPendingBytes < messages.MaxMessageBytes {
		t.Errorf("got %+v; one message must have room to wait", c)
	}
}

// Something else writes into the ring's folder all the time.
func TestARingIsReloadedThoughItsFolderIsNeverQuiet(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	source := ringSource{file: filepath.Join(dir, "ring.json")}
	if err := os.WriteFile(source.file, []byte(aRing), 0o600); err != nil {
		t.Fatal(err)
	}
	var used atomic.Int64
	r, err := newRingReloader(source, [sha256.Size]byte{}, func(*messages.Ring) { used.Add(1) }, nil, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = r.run(ctx) })
	running.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			_ = os.WriteFile(filepath.Join(dir, "noise"), fmt.Append(nil, n), 0o600)
		}
	})
	eventually(t, "the first ring", func() bool { return used.Load() == 1 })
	if err := replaceFile(source.file, []byte(strings.Replace(aRing, `"a"`, `"b"`, 1))); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the changed ring", func() bool { return used.Load() == 2 })
	stop()
	running.Wait()
}

// A mounted secret is a folder of links to a hidden folder of the moment, which
// is exchanged in one step.
func TestAMountedSecretIsReloaded(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mount := func(version, id string) {
		t.Helper()
		key := fmt.Sprintf(`{"id":%q,"secrets":["MDEyMzQ1Njc4OTAxMjM0NQ"],"tenants":["x"],"grants":["read"]}`, id)
		if err := errors.Join(os.Mkdir(filepath.Join(dir, version), 0o700),
			os.WriteFile(filepath.Join(dir, version, "key.json"), []byte(key), 0o600),
			os.Symlink(version, filepath.Join(dir, "..next")),
			os.Rename(filepath.Join(dir, "..next"), filepath.Join(dir, "..data"))); err != nil {
			t.Fatal(err)
		}
	}
	mount("..1", "first")
	if err := os.Symlink("..data/key.json", filepath.Join(dir, "key.json")); err != nil {
		t.Fatal(err)
	}
	var used atomic.Pointer[messages.Ring]
	logs := &syncBuffer{}
	r, err := newRingReloader(ringSource{dir: dir}, [sha256.Size]byte{}, used.Store, nil, zerolog.New(logs))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = r.run(ctx) })
	has := func(id string) func() bool {
		return func() bool {
			ring := used.Load()
			if ring == nil {
				return false
			}
			_, found := ring.Find(id)
			return found
		}
	}
	eventually(t, "the first version", has("first"))
	mount("..2", "second")
	eventually(t, "the second version", has("second"))
	aside := filepath.Join(dir, "key.json.disabled")
	if err := os.Rename(filepath.Join(dir, "key.json"), aside); err != nil {
		t.Fatal(err)
	}
	eventually(t, "word of a file that was set aside", func() bool {
		return strings.Contains(logs.String(), aside) && strings.Contains(logs.String(), "the old one stays in use")
	})
	if !has("second")() {
		t.Error("the old ring did not stay")
	}
	stop()
	running.Wait()
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
		if err := replaceFile(w.ring, []byte(bad)); err != nil {
			t.Fatal(err)
		}
		p.signal(t, syscall.SIGHUP)
		p.waitForLog(t, refused, i+1)
		load.goesOn(t)
	}
	if err := replaceFile(w.ring, good); err != nil {
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
	eventually(t, message, func() bool { return strings.Count(p.logs.String(), message) >= times })
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
	key, err := readKeyFile(w.keyFile)
	if err != nil {
		t.Fatal(err)
	}
	c, err := client.New(natstest.Connect(t, w.server), client.Options{Tenant: key.tenant, KeyID: key.id, Secret: key.secret, Retries: -1})
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
	eventually(t, "more answers", func() bool { return l.done.Load() >= goal || t.Failed() })
}

func (l *constantLoad) end() {
	l.quit()
	l.running.Wait()
}
