// Package ring is the key ring of the workers, as the command has it: where it
// is read from, how a change of it comes into use, and how one is made.
package ring

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages/envelope"
)

// Flags say where a worker finds the keys it accepts.
type Flags struct {
	KeysFile string `env:"CTX_KEYS_FILE" group:"key" type:"path" placeholder:"FILE" help:"Ring file with the keys of all callers. A worker takes the ring itself from $$CTX_KEYS too."`
	KeysDir  string `env:"CTX_KEYS_DIR" group:"key" type:"path" placeholder:"DIR" help:"Folder with one file a key, named *.json, as secrets are mounted."`
}

// variable may hold the ring itself. It is no flag: that would stand in the
// process list. What is in the environment stays as it is until a restart.
const variable = "CTX_KEYS"

// Source is the one place that the flags or the environment name. need says who wants it, if there is none or two.
func (f *Flags) Source(env shell.Environment, need string) (Source, error) {
	s := Source{file: f.KeysFile, dir: f.KeysDir, text: env[variable]}
	given := 0
	for _, part := range []string{s.file, s.dir, s.text} {
		if part != "" {
			given++
		}
	}
	if given != 1 {
		return Source{}, shell.Usagef("%s: give --keys-file or --keys-dir, and not both, or else the ring itself in $%s", need, variable)
	}
	return s, nil
}

// A Source is a ring file, a folder of mounted secrets, or a ring's own text.
type Source struct{ file, dir, text string }

// FromFile is the source that is a ring file.
func FromFile(path string) Source { return Source{file: path} }

// Load reads the ring, and sums up the document that it stands in, by which a
// Reloader knows what is in use. An empty one is an error: a worker without keys would only refuse.
func (s Source) Load() (*envelope.Ring, [sha256.Size]byte, error) {
	doc, err := s.read()
	if err != nil {
		return nil, [sha256.Size]byte{}, fmt.Errorf("read the key ring: %w%s", err, s.advice())
	}
	ring, err := envelope.ParseRing(doc)
	if err != nil {
		return nil, [sha256.Size]byte{}, fmt.Errorf("the key ring %s: %w", s.Name(), err)
	}
	return ring, sha256.Sum256(doc), nil
}

// advice is what helps where a ring cannot be read, "" if nothing is known.
func (s Source) advice() string {
	info, err := os.Stat(s.file + s.dir) // one of them is there
	switch {
	case s.file != "" && errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf(": %q makes one", shell.Program+" key new")
	case s.file != "" && err == nil && info.IsDir():
		return ": name the ring file in it: a folder of keys is for --keys-dir, of worker and dead"
	case s.dir != "" && err == nil && !info.IsDir():
		return ": use --keys-file for a file"
	default:
		return ""
	}
}

// Name is what errors call the source: a path, or the variable.
func (s Source) Name() string {
	switch {
	case s.file != "":
		return s.file
	case s.dir != "":
		return s.dir
	default:
		return "in $" + variable
	}
}

// folders are what to watch: a file that is replaced by a rename keeps its
// folder, not its inode; one behind a link has another. A ring of no file has none.
func (s Source) folders() []string {
	switch {
	case s.file != "":
		return []string{filepath.Dir(s.file), filepath.Dir(behind(s.file))}
	case s.dir != "":
		return []string{s.dir}
	default:
		return nil
	}
}

// behind is the file that path names, also where path is a link to it.
func behind(path string) string {
	if file, err := filepath.EvalSymlinks(path); err == nil {
		return file
	}
	return path // which may be made yet
}

// Exposed tells whether every user of the machine may read the ring file.
func (s Source) Exposed() bool {
	info, err := os.Stat(s.file)
	return err == nil && info.Mode().Perm()&0o004 != 0 && runtime.GOOS != "windows"
}

func (s Source) read() ([]byte, error) {
	switch {
	case s.file != "":
		return os.ReadFile(s.file)
	case s.dir != "":
		return readKeyFolder(s.dir)
	default:
		return []byte(s.text), nil
	}
}

// readKeyFolder makes one ring of a folder's files. Names that begin with a
// dot are skipped: Kubernetes keeps its versions of a mounted secret there.
func readKeyFolder(dir string) ([]byte, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var ring struct {
		Keys []json.RawMessage `json:"keys"`
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".") || entry.IsDir() {
			continue
		}
		key, err := readKeyOf(filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, err
		}
		ring.Keys = append(ring.Keys, key)
	}
	if len(ring.Keys) == 0 {
		return nil, errors.New(dir + " holds no key file: each key is a file of its own, named *" + keySuffix)
	}
	return json.Marshal(ring)
}

// keySuffix ends the name of every key file of a folder.
const keySuffix = ".json"

// readKeyOf reads a key file of a folder. One of another name is an error and
// not skipped: who renamed it to web.json.disabled is to hear what became of
// the key, and so is who mounted a key as web.
func readKeyOf(path string) (json.RawMessage, error) {
	if filepath.Ext(path) != keySuffix {
		return nil, fmt.Errorf("%s is not named *%s: rename it if its key is to be in force, or else move it out of the folder", path, keySuffix)
	}
	key, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if !json.Valid(key) {
		return nil, fmt.Errorf("%s is not JSON: a file holds one key of a ring", path)
	}
	return key, nil
}
