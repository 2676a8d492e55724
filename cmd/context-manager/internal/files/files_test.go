package files

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestALockIsTakenByOneAtATime(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	for range 2 {
		unlock, err := Lock(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Lock(path); !errors.Is(err, ErrLocked) {
			t.Errorf("a second lock: %v", err)
		}
		unlock()
	}
}

// What replaces a file is private, unless somebody gave the old one another mode.
func TestReplaceKeepsTheModeAndLeavesNothingBeside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "ring.json")
	for _, mode := range []os.FileMode{Private, 0o640} {
		if err := Replace(path, []byte(mode.String())); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != mode {
			t.Errorf("its mode is %v, want %v: %v", info.Mode(), mode, err)
		}
		if doc, err := os.ReadFile(path); err != nil || string(doc) != mode.String() {
			t.Errorf("it holds %q: %v", doc, err)
		}
		if err := os.Chmod(path, 0o640); err != nil {
			t.Fatal(err)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("beside it: %v, %v", entries, err)
	}
}

func TestAFileThatOthersCanReadIsNotPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, nil, Private); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(CheckPrivate(path), Readable(path), Readable("")); err != nil {
		t.Error(err)
	}
	if err := os.Chmod(path, 0o604); err != nil {
		t.Fatal(err)
	}
	if err := CheckPrivate(path); err == nil || !strings.Contains(err.Error(), "0604") {
		t.Errorf("with mode 0604: %v", err)
	}
	if err := CheckPrivate(t.TempDir()); err == nil || !strings.Contains(err.Error(), "is a folder") || strings.Contains(err.Error(), "chmod") {
		t.Errorf("a folder: %v", err) // which with mode 0600 nobody could use
	}
	if err := Readable(path + "2"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("one that is not there: %v", err)
	}
}
