package ring

import (
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages/envelope"
)

// Whoever changes a ring by a link to it changes the one that others read, and
// whoever reads it by a link hears of what was changed behind it.
func TestALinkedRingIsChangedAndReloadedWhereItIs(t *testing.T) {
	t.Parallel()
	real, link := filepath.Join(t.TempDir(), "ring.json"), filepath.Join(t.TempDir(), "link.json")
	if err := errors.Join(os.WriteFile(real, []byte(aRing), 0o600), os.Symlink(real, link)); err != nil {
		t.Fatal(err)
	}
	inUse := reloaded(t, link, time.Hour)
	await.That(t, "the first ring", func() bool { return inUse() == "a" })
	rename(t, link, "changed")
	if all, _, err := FromFile(real).Load(); err != nil || all.Keys()[0].ID != "changed" {
		t.Errorf("the ring behind the link is as it was, %v", err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is none any more: %v, %v", info, err)
	}
	await.That(t, "the changed ring", func() bool { return inUse() == "changed" })
}

// A link that comes to stand for a ring elsewhere is followed there, to what is
// changed later.
func TestALinkThatIsPointedElsewhereIsFollowed(t *testing.T) {
	t.Parallel()
	old, other, links := aRingIn(t, "old"), aRingIn(t, "other"), t.TempDir()
	link := filepath.Join(links, "link.json")
	point(t, link, old)
	inUse := reloaded(t, link, time.Hour)
	await.That(t, "the first ring", func() bool { return inUse() == "old" })
	point(t, link, other)
	await.That(t, "the other ring", func() bool { return inUse() == "other" })
	rename(t, other, "changed")
	await.That(t, "the changed ring", func() bool { return inUse() == "changed" })
}

// What no watch tells of is noticed all the same: here a link on the way to the
// ring's folder.
func TestARingIsLookedAtThoughNothingTellsOfAChange(t *testing.T) {
	t.Parallel()
	old, other, links := aRingIn(t, "old"), aRingIn(t, "other"), t.TempDir()
	current := filepath.Join(links, "current")
	point(t, current, filepath.Dir(old))
	inUse := reloaded(t, filepath.Join(current, "ring.json"), time.Millisecond)
	await.That(t, "the first ring", func() bool { return inUse() == "old" })
	point(t, current, filepath.Dir(other))
	await.That(t, "the other ring", func() bool { return inUse() == "other" })
}

// reloaded is the id of the key of the ring that a Reloader has in use, which
// looks again so often. It runs until the test ends.
func reloaded(t *testing.T, file string, every time.Duration) (inUse func() string) {
	t.Helper()
	var used atomic.Pointer[envelope.Ring]
	r, err := NewReloader(FromFile(file), [sha256.Size]byte{}, used.Store, nil, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	r.recheck = every
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = r.Run(ctx) })
	t.Cleanup(func() { stop(); running.Wait() })
	return func() string {
		if ring := used.Load(); ring != nil {
			return ring.Keys()[0].ID
		}
		return ""
	}
}

// aRingIn is a ring file in a folder of its own, with one key.
func aRingIn(t *testing.T, id string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ring.json")
	if err := os.WriteFile(file, []byte(aRing), 0o600); err != nil {
		t.Fatal(err)
	}
	rename(t, file, id)
	return file
}

// rename gives the key of a ring another id.
func rename(t *testing.T, file, id string) {
	t.Helper()
	err := Edit(file, func(keys []envelope.Key) ([]envelope.Key, error) {
		keys[0].ID = id
		return keys, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// point has a link stand for something, in one step.
func point(t *testing.T, link, target string) {
	t.Helper()
	if err := errors.Join(os.Symlink(target, link+".next"), os.Rename(link+".next", link)); err != nil {
		t.Fatal(err)
	}
}
