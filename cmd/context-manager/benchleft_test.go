package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/files"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/local"
)

// Nobody else has a bench remove what they made, and none follows a link.
func TestOnlyABenchsOwnFolderIsRemoved(t *testing.T) {
	t.Parallel()
	dir, elsewhere := t.TempDir(), t.TempDir()
	bare := filepath.Join(dir, benchFolder+"bare")
	if err := errors.Join(os.WriteFile(local.LockFile(elsewhere), nil, files.Private), os.Mkdir(bare, files.PrivateFolder),
		os.Symlink(elsewhere, filepath.Join(dir, benchFolder+"link"))); err != nil {
		t.Fatal(err)
	}
	removeDeadBenches(dir, time.Now().Add(time.Hour))
	for _, path := range []string{local.LockFile(elsewhere), bare, filepath.Join(dir, benchFolder+"link")} {
		if _, err := os.Lstat(path); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := os.Lstat(local.LockFile(bare)); err == nil {
		t.Error("a lock was made where there was none")
	}
}
