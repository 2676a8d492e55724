package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/files"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/keys"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/natsd"
)

// devTenant is the tenant of the sample.
const devTenant = "demo"

// A stateFolder is what `dev` keeps between its runs: the server's data and
// the keys. One process uses it at a time.
type stateFolder struct {
	dir    string // absolute
	unlock func()
}

// openState makes the folder if there is none, and takes it.
func openState(dir string) (*stateFolder, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	for _, folder := range []string{dir, filepath.Join(dir, "keys"), filepath.Join(dir, "nats")} {
		if err := os.MkdirAll(folder, files.PrivateFolder); err != nil {
			return nil, fmt.Errorf("make the state folder: %w", err)
		}
	}
	unlock, err := files.Lock(stateLock(dir))
	if errors.Is(err, files.ErrLocked) {
		return nil, fmt.Errorf("the state folder %s is in use: stop the \"%s dev\" that runs there, or choose another with --state", dir, shell.Program)
	}
	if err != nil {
		return nil, fmt.Errorf("lock the state folder: %w", err)
	}
	return &stateFolder{dir: dir, unlock: unlock}, nil
}

func (s *stateFolder) close() { s.unlock() }

// stateLock is the file of a state folder that the process which uses it has locked.
func stateLock(dir string) string { return filepath.Join(dir, "lock") }

func (s *stateFolder) ring() string    { return filepath.Join(s.dir, "keys", "ring.json") }
func (s *stateFolder) keyFile() string { return filepath.Join(s.dir, "keys", "dev.json") }

// key reads the key that clients are told to use, and makes it on the first run.
func (s *stateFolder) key() (key keys.Key, made bool, err error) {
	key, err = keys.ReadFile(s.keyFile())
	if !errors.Is(err, fs.ErrNotExist) {
		return key, false, err
	}
	create := keys.NewKey{Tenant: []string{devTenant}, Grants: messages.Grants[:], Out: s.keyFile()}
	create.KeysFile = s.ring()
	if _, _, err := create.Make(); err != nil {
		return keys.Key{}, false, fmt.Errorf("make the first key: %w", err)
	}
	key, err = keys.ReadFile(s.keyFile())
	return key, true, err
}

// startServer starts the embedded server on a loopback port, 0 for any free one.
func (s *stateFolder) startServer(port int) (*natsd.Server, error) {
	return natsd.Start(natsd.Options{StoreDir: filepath.Join(s.dir, "nats"), Port: port})
}
