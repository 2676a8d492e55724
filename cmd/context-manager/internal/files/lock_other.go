//go:build !unix

package files

import (
	"errors"
	"os"
)

// ErrLocked is why a lock was not taken: another process has it, or had it and was killed.
var ErrLocked = errors.New("it is in use, or was left behind by a process that died: delete the .lock file if none runs")

// Lock takes a lock that is a file's existence, where there is no flock. It
// does not wait: ErrLocked means that the file is there.
func Lock(path string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, Private)
	if errors.Is(err, os.ErrExist) {
		return nil, ErrLocked
	}
	if err != nil {
		return nil, err
	}
	return func() { _, _ = file.Close(), os.Remove(path) }, nil
}
