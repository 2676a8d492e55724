//go:build unix

package files

import (
	"errors"
	"os"
	"syscall"
)

// ErrLocked is why a lock was not taken: another process has it.
var ErrLocked = errors.New("it is locked by another process")

// Lock takes a lock that ends with the process at the latest. It does not
// wait: ErrLocked means that another process has it.
func Lock(path string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, Private)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = ErrLocked
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return func() { _ = file.Close() }, nil
}
