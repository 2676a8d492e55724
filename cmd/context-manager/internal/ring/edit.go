package ring

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/files"
	"github.com/context-manager/context-manager/messages/envelope"
)

// Edit changes a ring file, or makes it, in one step: a reader sees the
// old ring or the new one. Two edits at once do not lose each other's keys. A
// link stays one: what it stands for is what others read.
func Edit(path string, edit func([]envelope.Key) ([]envelope.Key, error)) error {
	path = behind(path)
	if err := os.MkdirAll(filepath.Dir(path), files.PrivateFolder); err != nil {
		return err
	}
	unlock, err := files.Lock(path + ".lock")
	if err != nil {
		return fmt.Errorf("another command is changing %s: %w", path, err)
	}
	defer unlock()
	keys, err := keysOf(path)
	if err != nil {
		return err
	}
	if keys, err = edit(keys); err != nil {
		return err
	}
	doc, err := envelope.EncodeRing(keys)
	if err != nil {
		return err
	}
	return files.Replace(path, doc)
}

// keysOf reads the keys of a ring, of which there are none if there is no file.
func keysOf(path string) ([]envelope.Key, error) {
	ring, _, err := FromFile(path).Load()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return ring.Keys(), nil
}
