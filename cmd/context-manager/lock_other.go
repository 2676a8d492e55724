//go:build !unix

package main

import (
	"errors"
	"os"
)

var errLocked = errors.New("it is in use, or was left behind by a process that died: delete the .lock file if none runs")

// lockFile takes a lock that is a file's existence, where there is no flock.
func lockFile(path string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, privateFile)
	if errors.Is(err, os.ErrExist) {
		return nil, errLocked
	}
	if err != nil {
		return nil, err
	}
	return func() { _, _ = file.Close(), os.Remove(path) }, nil
}
