package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/files"
	"github.com/context-manager/context-manager/messages"
)

// editRing changes a ring file, or makes it, in one step: a reader sees the
// old ring or the new one. Two edits at once do not lose each other's keys.
func editRing(path string, edit func([]messages.Key) ([]messages.Key, error)) error {
	if err := os.MkdirAll(filepath.Dir(path), files.PrivateFolder); err != nil {
		return err
	}
	unlock, err := files.Lock(path + ".lock")
	if err != nil {
		return fmt.Errorf("another command is changing %s: %w", path, err)
	}
	defer unlock()
	keys, err := ringKeys(path)
	if err != nil {
		return err
	}
	if keys, err = edit(keys); err != nil {
		return err
	}
	doc, err := messages.EncodeRing(keys)
	if err != nil {
		return err
	}
	return files.Replace(path, doc)
}

// ringKeys reads the keys of a ring, of which there are none if there is no file.
func ringKeys(path string) ([]messages.Key, error) {
	ring, _, err := ringSource{file: path}.load()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return ring.Keys(), nil
}
