package ring

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

func TestRingOfAFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	source := Source{dir: dir}
	if _, _, err := source.Load(); err == nil {
		t.Error("an empty folder made a ring")
	}
	write := func(name, doc string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(doc), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("a.json", aKey("a", "MDEyMzQ1Njc4OTAxMjM0NQ"))
	write("b.json", aKey("b", "MDEyMzQ1Njc4OTAxMjM0Ng"))
	write("..data", "not a key")
	write(".a.json.swp", "not a key either")
	ring, _, err := source.Load()
	if err != nil || len(ring.Keys()) != 2 {
		t.Fatalf("got %v, %v", ring, err)
	}
	write("c.json", "half a fi")
	if _, _, err := source.Load(); err == nil || !strings.Contains(err.Error(), filepath.Join(dir, "c.json")) {
		t.Errorf("a bad file: %v", err)
	}
}

// Who mixes the two flags up is told which one is meant.
func TestARingThatIsOfTheOtherKindIsSaidSo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "ring.json")
	if err := os.WriteFile(file, []byte(aRing), 0o600); err != nil {
		t.Fatal(err)
	}
	for advice, source := range map[string]Source{"--keys-dir": {file: dir}, "--keys-file": {dir: file}} {
		if _, _, err := source.Load(); err == nil || !strings.Contains(err.Error(), advice) {
			t.Errorf("%s: %v; want %q in it", source.Name(), err, advice)
		}
	}
}

func aKey(id, secret string) string {
	return fmt.Sprintf(`{"id":%q,"secrets":[%q],"tenants":["x"],"grants":["read"]}`, id, secret)
}

// A key whose file was set aside under another name is not in force, and not
// forgotten in silence either: there is no ring until somebody has decided.
func TestAFolderWithAnotherNameIsNoRing(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"leaked.json.disabled", "old.json~", "old.json.bak", "web", "web.JSON", "README"} {
		dir := t.TempDir()
		for file, doc := range map[string]string{"good.json": aKey("good", "MDEyMzQ1Njc4OTAxMjM0NQ"), name: aKey("other", "MDEyMzQ1Njc4OTAxMjM0Ng")} {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(doc), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, _, err := Source{dir: dir}.Load()
		if err == nil || !strings.Contains(err.Error(), filepath.Join(dir, name)) || !strings.Contains(err.Error(), "move it out of the folder") {
			t.Errorf("%s: %v; want which file it is, and what to do", name, err)
		}
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		if ring, _, err := (Source{dir: dir}).Load(); err != nil || len(ring.Keys()) != 1 {
			t.Errorf("without %s: %v, %v", name, ring, err)
		}
	}
}

const aRing = `{"keys":[{"id":"a","secrets":["MDEyMzQ1Njc4OTAxMjM0NQ"],"tenants":["x"],"grants":["read"]}]}`

func TestRingFromTheEnvironment(t *testing.T) {
	t.Parallel()
	source, err := (&Flags{}).Source(shell.Environment{variable: aRing}, "a test")
	if err != nil {
		t.Fatal(err)
	}
	ring, _, err := source.Load()
	if err != nil || len(ring.Keys()) != 1 {
		t.Fatalf("got %v, %v", ring, err)
	}
	source, err = (&Flags{}).Source(shell.Environment{variable: `{"keys":[],"MDEyMzQ1Njc4OTAxMjM0NQ":1}`}, "a test")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := source.Load(); err == nil || !strings.Contains(err.Error(), variable) || strings.Contains(err.Error(), "MDEy") {
		t.Errorf("a bad ring: %v; want the variable's name, and none of its text", err)
	}
	for name, c := range map[string]struct {
		flags Flags
		env   shell.Environment
	}{
		"none": {}, "file and variable": {Flags{KeysFile: "a"}, shell.Environment{variable: aRing}},
		"folder and variable": {Flags{KeysDir: "a"}, shell.Environment{variable: aRing}}, "file and folder": {flags: Flags{KeysFile: "a", KeysDir: "b"}},
	} {
		var usage *shell.UsageError
		if _, err := c.flags.Source(c.env, "a test"); !errors.As(err, &usage) {
			t.Errorf("%s: %v; want a usage error", name, err)
		}
	}
}
