package house

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// A command that a test starts where it stands leaves a folder of state there,
// with keys that sign: it must not get among the code.
func TestNoStateLiesAmongTheCode(t *testing.T) {
	t.Parallel()
	left, err := leftovers(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range left {
		t.Errorf("%s is what a server or a key ring left: remove it, and have what made it use a folder of its own", name)
	}
}

// leftovers finds key rings and stores of servers, but for those of the folder
// of state at the top, which make run has.
func leftovers(tree fs.FS) (found []string, err error) {
	err = fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == "state" || d.IsDir() && name != "." && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case d.Name() == "ring.json" || d.Name() == "jetstream" && d.IsDir():
			found = append(found, name)
		}
		return nil
	})
	return found, err
}

func TestStateAmongTheCodeIsFound(t *testing.T) {
	t.Parallel()
	file := &fstest.MapFile{}
	found, err := leftovers(fstest.MapFS{
		"state/keys/ring.json": file, ".git/ring.json": file, "cmd/a/a.go": file,
		"cmd/a/state/keys/ring.json": file, "cmd/a/state/nats/jetstream/$G/meta.inf": file,
	})
	if err != nil || !slices.Equal(found, []string{"cmd/a/state/keys/ring.json", "cmd/a/state/nats/jetstream"}) {
		t.Errorf("found %q, %v", found, err)
	}
}
