package ring

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/messages/envelope"
)

const (
	// settle is how long a folder must be quiet before the ring is read again: a
	// mounted secret changes in several steps.
	settle = 100 * time.Millisecond
	// restless is after how many changes the ring is read though the folder is
	// not quiet: something else may write there all the time.
	restless = 50
	// recheck is how often the ring is read again whatever the watch tells: it hears
	// nothing of a link on the way to the folder, nor of other machines' doing on a
	// shared disk, and a key that was retired there must not stay in force.
	recheck = time.Minute
)

// A Reloader puts a changed ring into use while requests go on. A ring
// that cannot be used is logged, and the old one stays.
type Reloader struct {
	source  Source
	use     func(*envelope.Ring)
	hangups <-chan os.Signal // asks for a reload at once; nil for never
	log     zerolog.Logger
	watcher *fsnotify.Watcher
	recheck time.Duration     // the constant, but in tests
	inUse   [sha256.Size]byte // of the document that the ring in use came from
	stuck   atomic.Bool       // the ring was changed into one that cannot be used
	told    string            // why, as it was logged last
}

// errStuck names no file: who asks for it may be anybody.
var errStuck = errors.New("the changed key ring cannot be used: the old one stays in use, and the log says why")

// NewReloader watches from now on, and hands every other ring to use. inUse is the sum of the ring that is in use already.
func NewReloader(source Source, inUse [sha256.Size]byte, use func(*envelope.Ring), hangups <-chan os.Signal, log zerolog.Logger) (*Reloader, error) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch the key ring: %w", err)
	}
	r := &Reloader{source: source, use: use, hangups: hangups, log: log, watcher: watcher, recheck: recheck, inUse: inUse}
	if err := r.watch(); err != nil {
		_ = watcher.Close()
		return nil, fmt.Errorf("watch the key ring: %w", err)
	}
	return r, nil
}

// watch has the folders watched in which the ring is now: a link may have come
// to stand for a ring elsewhere. To watch one a second time changes nothing.
func (r *Reloader) watch() (err error) {
	for _, folder := range r.source.folders() {
		err = errors.Join(err, r.watcher.Add(folder))
	}
	return err
}

// Run reloads until ctx ends, and then gives the watch back.
func (r *Reloader) Run(ctx context.Context) error {
	quiet := time.NewTimer(0) // the ring may have changed between the first load and the watch
	again := time.NewTicker(r.recheck)
	defer again.Stop()
	changes := 0
	for {
		select {
		case <-ctx.Done():
			quiet.Stop()
			return r.watcher.Close()
		case <-r.hangups:
			r.told = "" // who asks is told again
			r.reload()
		case <-again.C:
			r.reload()
		case <-quiet.C:
			changes = 0
			r.reload()
		case <-r.watcher.Events:
			if changes++; changes < restless {
				quiet.Reset(settle)
			}
		case err := <-r.watcher.Errors:
			r.log.Warn().Err(err).Msg("the watch on the key ring stumbled; it is read again once a minute, and on SIGHUP")
		}
	}
}

// Close gives back the watch of a Reloader that is not run.
func (r *Reloader) Close() error { return r.watcher.Close() }

// Err tells whether the ring in use is the one that is there: not while that
// cannot be used, so that keys which were retired may be in force. It may be
// called at any time.
func (r *Reloader) Err() error {
	if r.stuck.Load() {
		return errStuck
	}
	return nil
}

func (r *Reloader) reload() {
	_ = r.watch() // what cannot be watched is read again all the same, see recheck
	ring, sum, err := r.source.Load()
	wasStuck := r.stuck.Swap(err != nil)
	if err != nil {
		r.complain(err)
		return
	}
	r.told = ""
	if sum == r.inUse {
		if wasStuck {
			r.log.Info().Msg("the key ring is again the one that is in use")
		}
		return
	}
	r.use(ring)
	r.inUse = sum
	r.log.Info().Int("keys", len(ring.Keys())).Msg("key ring reloaded")
}

// complain logs why the ring cannot be used, once: the log may stand in the
// ring's folder, and each line of it have the ring read again.
func (r *Reloader) complain(err error) {
	if err.Error() == r.told {
		return
	}
	r.told = err.Error()
	r.log.Error().Err(err).Msg("the changed key ring cannot be used; the old one stays in use")
}
