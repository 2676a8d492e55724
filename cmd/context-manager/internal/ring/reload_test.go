package ring

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

	"github.com/context-manager/context-manager/cmd/context-manager/internal/files"
	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/internal/transcript"
	"github.com/context-manager/context-manager/messages/envelope"
)

// Something else writes into the ring's folder all the time.
func TestARingIsReloadedThoughItsFolderIsNeverQuiet(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	source := Source{file: filepath.Join(dir, "ring.json")}
	if err := os.WriteFile(source.file, []byte(aRing), 0o600); err != nil {
		t.Fatal(err)
	}
	var used atomic.Int64
	r, err := NewReloader(source, [sha256.Size]byte{}, func(*envelope.Ring) { used.Add(1) }, nil, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = r.Run(ctx) })
	running.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			_ = os.WriteFile(filepath.Join(dir, "noise"), fmt.Append(nil, n), 0o600)
		}
	})
	await.That(t, "the first ring", func() bool { return used.Load() == 1 })
	if err := files.Replace(source.file, []byte(strings.Replace(aRing, `"a"`, `"b"`, 1))); err != nil {
		t.Fatal(err)
	}
	await.That(t, "the changed ring", func() bool { return used.Load() == 2 })
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
	var used atomic.Pointer[envelope.Ring]
	logs := &transcript.Text{}
	r, err := NewReloader(Source{dir: dir}, [sha256.Size]byte{}, used.Store, nil, zerolog.New(logs))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = r.Run(ctx) })
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
	await.That(t, "the first version", has("first"))
	mount("..2", "second")
	await.That(t, "the second version", has("second"))
	aside := filepath.Join(dir, "key.json.disabled")
	if err := os.Rename(filepath.Join(dir, "key.json"), aside); err != nil {
		t.Fatal(err)
	}
	await.That(t, "word of a file that was set aside", func() bool {
		return strings.Contains(logs.String(), aside) && strings.Contains(logs.String(), "the old one stays in use")
	})
	if !has("second")() {
		t.Error("the old ring did not stay")
	}
	if r.Err() == nil {
		t.Error("nothing but the log says that the ring cannot be used")
	}
	if err := os.Rename(aside, filepath.Join(dir, "key.json")); err != nil {
		t.Fatal(err)
	}
	await.That(t, "word that all is well again", func() bool {
		return r.Err() == nil && strings.Contains(logs.String(), "again the one that is in use")
	})
	stop()
	running.Wait()
}

// Anything that is written beside the ring has it read again: the log perhaps,
// which must not be what the next line of it is about. Who asks is told.
func TestABadRingIsTold(t *testing.T) {
	t.Parallel()
	source := Source{file: filepath.Join(t.TempDir(), "ring.json")}
	logs, hangups := &transcript.Text{}, make(chan os.Signal)
	r, err := NewReloader(source, [sha256.Size]byte{}, func(*envelope.Ring) {}, hangups, zerolog.New(logs))
	if err != nil {
		t.Fatal(err)
	}
	told := func(times int) {
		t.Helper()
		if got := strings.Count(logs.String(), "the old one stays in use"); got != times {
			t.Errorf("it was told %d times; want %d", got, times)
		}
	}
	r.reload()
	r.reload()
	told(1)
	if err := os.WriteFile(source.file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	r.reload()
	told(2)
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = r.Run(ctx) })
	hangups <- syscall.SIGHUP
	stop()
	running.Wait()
	told(3)
}
