package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/context-manager/context-manager/messages"
)

// ringFlags say where a worker finds the keys it accepts.
type ringFlags struct {
	KeysFile string `env:"CTX_KEYS_FILE" group:"key" type:"path" placeholder:"FILE" help:"Ring file with the keys of all callers."`
	KeysDir  string `env:"CTX_KEYS_DIR" group:"key" type:"path" placeholder:"DIR" help:"Folder with one JSON file a key, as secrets are mounted."`
}

func (f *ringFlags) source() (ringSource, error) {
	if (f.KeysFile == "") == (f.KeysDir == "") {
		return ringSource{}, usagef("a worker needs its callers' keys: give --keys-file (%q makes one) or --keys-dir, and not both", program+" key new")
	}
	return ringSource{file: f.KeysFile, dir: f.KeysDir}, nil
}

// A ringSource is a ring file, or a folder of mounted secrets.
type ringSource struct{ file, dir string }

// load reads the ring, and sums up the document it stands in. An empty one is
// an error: a worker without keys would only refuse.
func (s ringSource) load() (*messages.Ring, [sha256.Size]byte, error) {
	doc, err := s.read()
	if err != nil {
		return nil, [sha256.Size]byte{}, fmt.Errorf("read the key ring: %w", err)
	}
	ring, err := messages.ParseRing(doc)
	if err != nil {
		return nil, [sha256.Size]byte{}, fmt.Errorf("the key ring %s: %w", s.name(), err)
	}
	return ring, sha256.Sum256(doc), nil
}

func (s ringSource) name() string {
	if s.file != "" {
		return s.file
	}
	return s.dir
}

// folder is what to watch: a file that is replaced by a rename keeps its folder, not its inode.
func (s ringSource) folder() string {
	if s.file != "" {
		return filepath.Dir(s.file)
	}
	return s.dir
}

// exposed tells whether every user of the machine may read the ring file.
func (s ringSource) exposed() bool {
	info, err := os.Stat(s.file)
	return err == nil && info.Mode().Perm()&0o004 != 0 && runtime.GOOS != "windows"
}

func (s ringSource) read() ([]byte, error) {
	if s.file != "" {
		return os.ReadFile(s.file)
	}
	return readKeyFolder(s.dir)
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
		key, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, err
		}
		if !json.Valid(key) {
			return nil, fmt.Errorf("%s is not JSON: a file holds one key of a ring", filepath.Join(dir, entry.Name()))
		}
		ring.Keys = append(ring.Keys, key)
	}
	if len(ring.Keys) == 0 {
		return nil, errors.New(dir + " holds no key file")
	}
	return json.Marshal(ring)
}
