package bench

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
	bare := filepath.Join(dir, folderPrefix+"bare")
	if err := errors.Join(os.WriteFile(local.LockFile(elsewhere), nil, files.Private), os.Mkdir(bare, files.PrivateFolder),
		os.Symlink(elsewhere, filepath.Join(dir, folderPrefix+"link"))); err != nil {
		t.Fatal(err)
	}
	removeDead(dir, time.Now().Add(time.Hour), nothingElsewhere)
	for _, path := range []string{local.LockFile(elsewhere), bare, filepath.Join(dir, folderPrefix+"link")} {
		if _, err := os.Lstat(path); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := os.Lstat(local.LockFile(bare)); err == nil {
		t.Error("a lock was made where there was none")
	}
}

// The folder of a bench that was killed goes with the next one, which lets
// those of live ones be, and one that may be about to be locked.
func TestTheFolderOfADeadBenchIsRemoved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	folder, others := filepath.Join(dir, folderPrefix+"1"), filepath.Join(dir, "context-manager-else")
	if err := os.Mkdir(others, files.PrivateFolder); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	live, err := local.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	later := began.Add(time.Hour)
	left := func() int {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	if removeDead(dir, later, nothingElsewhere); left() != 2 {
		t.Error("the folder of a live bench was removed")
	}
	live.Close()
	if removeDead(dir, began, nothingElsewhere); left() != 2 {
		t.Error("a folder was removed whose bench may be about to lock it")
	}
	if removeDead(dir, later, nothingElsewhere); left() != 1 {
		t.Error("the folder of a dead bench is still there, or another one is gone")
	}
}

func nothingElsewhere(string) error { return nil }
