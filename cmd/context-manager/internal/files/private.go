// Package files deals with what commands keep on disk and nobody else is to
// read: keys, rings and folders of data. It says which modes they have, locks
// them against another process, and replaces them in one step.
package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
)

// Modes of what its owner alone may read.
const (
	Private       = fs.FileMode(0o600) // of a file
	PrivateFolder = fs.FileMode(0o700)
)

// CheckPrivate refuses a file that others than its owner may read, and what is
// no file, whose mode is right as it is. Windows keeps no such mode.
func CheckPrivate(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return isFolder(path)
	}
	if open := info.Mode().Perm() & 0o077; open != 0 && runtime.GOOS != "windows" {
		return fmt.Errorf("%s has mode %04o, so others can read the secret in it: run chmod 600 on it, and make a new key if somebody may have",
			path, info.Mode().Perm())
	}
	return nil
}

// Readable tells early that a file is missing, or is a folder: the NATS client tells of it late, or as a refusal.
func Readable(path string) error {
	if path == "" {
		return nil
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = isFolder(path)
	}
	return errors.Join(err, file.Close())
}

func isFolder(path string) error { return fmt.Errorf("%s is a folder: name the file in it", path) }
