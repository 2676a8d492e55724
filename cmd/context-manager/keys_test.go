package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/files"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/keys"
	"github.com/context-manager/context-manager/messages"
)

// A listedKey is a key as "key list --json" prints it.
type listedKey struct {
	ID      string           `json:"id"`
	Retired bool             `json:"retired"`
	Secrets int              `json:"secrets"`
	Grants  []messages.Grant `json:"grants"`
	Burst   int              `json:"burst"`
}

func TestKeyLifeOnTheCommandLine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ring, out := filepath.Join(dir, "keys", "ring.json"), filepath.Join(dir, "caller.json")
	env := []string{"CTX_KEYS_FILE=" + ring}
	made := must(t, env, "key", "new", "--id", "web", "--tenant", "acme", "--grants", "read", "--out", out, "--rate", "50")
	key, err := keys.ReadFile(out)
	if err != nil || key.ID != "web" || key.Tenant != "acme" {
		t.Fatalf("the caller's file: %+v, %v", key, err)
	}
	for _, path := range []string{ring, out} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != files.Private {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	if strings.Contains(made.out+made.err, key.Secret.Encode()) {
		t.Error("the secret was printed")
	}
	listed := mustJSON[[]listedKey](t, env, "key", "list")
	if len(listed) != 1 || listed[0].ID != "web" || listed[0].Retired || listed[0].Grants[0] != messages.GrantRead || listed[0].Burst != 50 {
		t.Errorf("listed: %+v", listed)
	}
	must(t, env, "key", "retire", "web")
	if listed = mustJSON[[]listedKey](t, env, "key", "list"); !listed[0].Retired || listed[0].Secrets != 0 {
		t.Errorf("after it was retired: %+v", listed)
	}
	if text := must(t, env, "key", "list").out; !strings.Contains(text, "retired") || !strings.Contains(text, "50/s") {
		t.Errorf("for people: %s", text)
	}
}

func TestKeyNewNeverOverwrites(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ring, out := filepath.Join(dir, "ring.json"), filepath.Join(dir, "a.json")
	env := []string{"CTX_KEYS_FILE=" + ring}
	must(t, env, "key", "new", "--id", "a", "--tenant", "x", "--out", out)
	before, err := os.ReadFile(ring)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		line, want string
		code       int
	}{
		{"--id a --tenant x --out " + out + "2", `a key "a" already`, exitFailed},
		{"--id b --tenant x --out " + out, "exists already", exitFailed},
		{"--id b.c --tenant x --out " + out + "2", "letters, digits", exitUsage},
		{"--id b --tenant x --grants fly --out " + out, "grants", exitUsage},
		{"--id b --tenant x --rate=-1 --out " + out + "2", "rate", exitUsage},
	} {
		o := runLine(env, append([]string{"key", "new"}, strings.Fields(c.line)...)...)
		if o.code != c.code || !strings.Contains(o.err, c.want) {
			t.Errorf("%s: exit code %d, want %d and %q: %s", c.line, o.code, c.code, c.want, o.err)
		}
	}
	if after, err := os.ReadFile(ring); err != nil || string(after) != string(before) {
		t.Errorf("a refused command changed the ring: %v", err)
	}
	if _, err := os.Stat(out + "2"); err == nil {
		t.Error("a refused command left a caller's file behind")
	}
}

func TestRetireUnknownKeyChangesNothing(t *testing.T) {
	t.Parallel()
	env := []string{"CTX_KEYS_FILE=" + filepath.Join(t.TempDir(), "ring.json")}
	must(t, env, "key", "new", "--id", "a", "--tenant", "x")
	o := runLine(env, "key", "retire", "a", "b")
	if o.code != exitFailed || !strings.Contains(o.err, `no key "b"`) {
		t.Errorf("exit code %d: %s", o.code, o.err)
	}
	if listed := mustJSON[[]listedKey](t, env, "key", "list"); listed[0].Retired {
		t.Error("half of a refused command was done")
	}
}

// A worker that may read the ring as another user or group may read it
// afterwards: else it would go on with the keys that were retired.
func TestARingStaysWhoseItIs(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ring.json")
	env := []string{"CTX_KEYS_FILE=" + path}
	must(t, env, "key", "new", "--id", "a", "--tenant", "x")
	uid, gid := another(t)
	if err := errors.Join(os.Chown(path, uid, gid), os.Chmod(path, 0o640)); err != nil {
		t.Fatal(err)
	}
	must(t, env, "key", "new", "--id", "b", "--tenant", "x")
	must(t, env, "key", "retire", "a")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if s := info.Sys().(*syscall.Stat_t); int(s.Uid) != uid || int(s.Gid) != gid || info.Mode().Perm() != 0o640 {
		t.Errorf("the ring belongs to %d:%d with mode %o, it was %d:%d", s.Uid, s.Gid, info.Mode().Perm(), uid, gid)
	}
}

// another is a user and a group that this process may give a file to: any if
// it is root, else another group of its own, if it has one.
func another(t *testing.T) (uid, gid int) {
	t.Helper()
	if os.Geteuid() == 0 {
		return 12345, 54321
	}
	groups, err := os.Getgroups()
	if err != nil {
		t.Fatal(err)
	}
	return os.Geteuid(), append(groups, os.Getegid())[0]
}

// A ring whose name leaves no room for that of the file beside it can be
// locked and not written.
func TestAKeyThatIsInNoRingLeavesNoFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out := filepath.Join(dir, "caller.json")
	o := runLine([]string{"CTX_KEYS_FILE=" + filepath.Join(dir, strings.Repeat("r", 250))}, "key", "new", "--id", "a", "--tenant", "x", "--out", out)
	if o.code != exitFailed || !strings.Contains(o.err, "name too long") {
		t.Errorf("exit code %d: %s", o.code, o.err)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a caller's file was left behind")
	}
}

// Edits at once are told apart or refused: none that said it was done is lost.
func TestRingEditsAtOnceLoseNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	env := []string{"CTX_KEYS_FILE=" + filepath.Join(dir, "ring.json")}
	must(t, env, "key", "new", "--id", "first", "--tenant", "x")
	var group sync.WaitGroup
	var mu sync.Mutex
	done := 1
	for i := range 8 {
		group.Go(func() {
			if o := runLine(env, "key", "new", "--id", fmt.Sprint("k", i), "--tenant", "x"); o.code == exitOK {
				mu.Lock()
				defer mu.Unlock()
				done++
			}
		})
	}
	group.Wait()
	if listed := mustJSON[[]listedKey](t, env, "key", "list"); len(listed) != done {
		t.Errorf("%d keys are there, %d were made", len(listed), done)
	}
}
