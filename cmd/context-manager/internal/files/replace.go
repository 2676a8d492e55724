package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Replace writes a file beside path, and then renames it: a reader sees the old
// one or the new one. It is private unless somebody gave the old one another mode, owner or group.
func Replace(path string, doc []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	_, err = temp.Write(doc)
	err = errors.Join(err, likeOld(temp, path), temp.Sync(), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return nil
}

// likeOld gives temp the owner and the mode of the file that it replaces: a
// worker that could no longer read its ring would go on with the old one, and
// with the keys that were retired.
func likeOld(temp *os.File, path string) error {
	old, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return temp.Chmod(Private)
	}
	if err != nil {
		return err
	}
	if err := keepOwner(temp, old); err != nil {
		return fmt.Errorf("keep the owner and group of %s, which stays as it was: %w", path, err)
	}
	return temp.Chmod(old.Mode().Perm())
}
