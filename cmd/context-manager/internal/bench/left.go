package bench

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/files"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/local"
)

// folderPrefix begins the name of a bench's folder among the machine's temporary ones.
const folderPrefix = "context-manager-bench-"

// takesItsLock is longer than a bench needs from its lock file to the lock on it.
const takesItsLock = time.Minute

// removeDead removes what benches that were killed left in a folder, after
// elsewhere has removed what each left elsewhere. The lock of a live one is
// held, and ends with its process. What cannot be removed is left to the next bench.
func removeDead(in string, now time.Time, elsewhere func(dir string) error) {
	entries, err := os.ReadDir(in)
	if err != nil {
		return
	}
	for _, entry := range entries {
		dir := filepath.Join(in, entry.Name())
		if !strings.HasPrefix(entry.Name(), folderPrefix) || !leftBehind(dir, now) {
			continue
		}
		if unlock, err := files.Lock(local.LockFile(dir)); err == nil {
			if elsewhere(dir) == nil {
				_ = os.RemoveAll(dir)
			}
			unlock()
		}
	}
}

// leftBehind tells whether dir may be a dead bench's: it is this user's own
// folder and no link, and has a lock file of some age.
func leftBehind(dir string, now time.Time) bool {
	folder, err := os.Lstat(dir)
	if err != nil || !folder.IsDir() || !files.OwnedByUser(folder) {
		return false
	}
	lock, err := os.Lstat(local.LockFile(dir))
	return err == nil && lock.Mode().IsRegular() && now.Sub(lock.ModTime()) > takesItsLock
}
