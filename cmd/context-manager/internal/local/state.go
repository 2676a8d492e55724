// Package local is a server of this machine alone, and the first key for it, in
// a folder that one process uses at a time: dev keeps it between its runs, a
// bench throws it away.
package local

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/files"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/keys"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/ring"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers/natsd"
)

// Tenant is whose key the first one is.
const Tenant = "demo"

// A State is a folder with the server's data and the keys.
type State struct {
	Dir string // absolute

	unlock func()
}

// Open makes the folder if there is none, and takes it until Close.
func Open(dir string) (*State, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	for _, folder := range []string{dir, filepath.Join(dir, "keys"), filepath.Join(dir, "nats")} {
		if err := os.MkdirAll(folder, files.PrivateFolder); err != nil {
			return nil, fmt.Errorf("make the state folder: %w", err)
		}
	}
	unlock, err := files.Lock(LockFile(dir))
	if errors.Is(err, files.ErrLocked) {
		return nil, fmt.Errorf("the state folder %s is in use: stop the \"%s dev\" that runs there, or choose another with --state", dir, shell.Program)
	}
	if err != nil {
		return nil, fmt.Errorf("lock the state folder: %w", err)
	}
	return &State{Dir: dir, unlock: unlock}, nil
}

// Close gives the folder back.
func (s *State) Close() { s.unlock() }

// LockFile is the file of a state folder that the process which uses it has locked.
func LockFile(dir string) string { return filepath.Join(dir, "lock") }

// Ring is the file of the workers' key ring.
func (s *State) Ring() string { return filepath.Join(s.Dir, "keys", "ring.json") }

// KeyFile is the file of the first key.
func (s *State) KeyFile() string { return filepath.Join(s.Dir, "keys", "dev.json") }

// Key reads the first key, and makes it if there is none; made tells which.
func (s *State) Key() (key keys.Key, made bool, err error) {
	key, err = keys.ReadFile(s.KeyFile())
	if err == nil {
		return key, false, s.inForce(key)
	}
	if errors.Is(err, keys.ErrNoKey) {
		return key, false, s.another(err)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return key, false, err
	}
	create := keys.NewKey{Tenant: []string{Tenant}, Grants: messages.Grants[:], Out: s.KeyFile()}
	create.KeysFile = s.Ring()
	if _, _, err := create.Make(); err != nil {
		return keys.Key{}, false, fmt.Errorf("make the first key: %w", err)
	}
	key, err = keys.ReadFile(s.KeyFile())
	return key, true, err
}

// inForce checks that the ring has the key. One that it has not would show late,
// as a signature that is wrong: the two files are written one after the other.
func (s *State) inForce(key keys.Key) error {
	all, _, err := ring.FromFile(s.Ring()).Load()
	if errors.Is(err, fs.ErrNotExist) {
		return s.another(fmt.Errorf("there is no ring %s with the key in %s", s.Ring(), s.KeyFile()))
	}
	if err != nil {
		return err
	}
	has := func(secret envelope.Secret) bool { return secret.Encode() == key.Secret.Encode() }
	if found, ok := all.Find(key.ID); !ok || found.Retired || !slices.ContainsFunc(found.Secrets, has) {
		return s.another(fmt.Errorf("the key in %s is not in force in %s", s.KeyFile(), s.Ring()))
	}
	return nil
}

// another says how to come by another first key than the one that err is about.
func (s *State) another(err error) error {
	return fmt.Errorf("%w: delete %s, and the next start makes another", err, s.KeyFile())
}

// StartServer starts the embedded server on a loopback port, 0 for any free one.
func (s *State) StartServer(port int) (*natsd.Server, error) {
	return natsd.Start(natsd.Options{StoreDir: filepath.Join(s.Dir, "nats"), Port: port})
}
