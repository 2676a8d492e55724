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
	var used atomic.Pointer[envelope.Ring]
	r, err := NewReloader(FromFile(link), [sha256.Size]byte{}, used.Store, nil, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = r.Run(ctx) })
	await.That(t, "the first ring", func() bool { return used.Load() != nil })
	err = Edit(link, func(keys []envelope.Key) ([]envelope.Key, error) {
		keys[0].ID = "changed"
		return keys, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if all, _, err := FromFile(real).Load(); err != nil || all.Keys()[0].ID != "changed" {
		t.Errorf("the ring behind the link is as it was, %v", err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is none any more: %v, %v", info, err)
	}
	await.That(t, "the changed ring", func() bool { return used.Load().Keys()[0].ID == "changed" })
	stop()
	running.Wait()
}
