package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/messages"
)

const (
	// settle is how long a folder must be quiet before the ring is read again: a
	// mounted secret changes in several steps.
	settle = 100 * time.Millisecond
	// restless is after how many changes the ring is read though the folder is
	// not quiet: something else may write there all the time.
	restless = 50
)

// A ringReloader puts a changed ring into use while requests go on. A ring
// that cannot be used is logged, and the old one stays.
type ringReloader struct {
	source  ringSource
	use     func(*messages.Ring)
	hangups <-chan os.Signal // asks for a reload at once; nil for never
	log     zerolog.Logger
	watcher *fsnotify.Watcher
	inUse   [sha256.Size]byte // of the document that the ring in use came from
}

// newRingReloader watches from now on. inUse is the sum of the ring that is in use already.
func newRingReloader(source ringSource, inUse [sha256.Size]byte, use func(*messages.Ring), hangups <-chan os.Signal, log zerolog.Logger) (*ringReloader, error) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch the key ring: %w", err)
	}
	if folder := source.folder(); folder != "" {
		err = watcher.Add(folder)
	}
	if err != nil {
		_ = watcher.Close()
		return nil, fmt.Errorf("watch the key ring: %w", err)
	}
	return &ringReloader{source: source, use: use, hangups: hangups, log: log, watcher: watcher, inUse: inUse}, nil
}

// run reloads until ctx ends, and then gives the watch back.
func (r *ringReloader) run(ctx context.Context) error {
	quiet := time.NewTimer(0) // the ring may have changed between the first load and the watch
	changes := 0
	for {
		select {
		case <-ctx.Done():
			quiet.Stop()
			return r.watcher.Close()
		case <-r.hangups:
			r.reload()
		case <-quiet.C:
			changes = 0
			r.reload()
		case <-r.watcher.Events:
			if changes++; changes < restless {
				quiet.Reset(settle)
			}
		case err := <-r.watcher.Errors:
			r.log.Warn().Err(err).Msg("the watch on the key ring stumbled; SIGHUP reloads it")
		}
	}
}

func (r *ringReloader) reload() {
	ring, sum, err := r.source.load()
	if err != nil {
		r.log.Error().Err(err).Msg("the changed key ring cannot be used; the old one stays in use")
		return
	}
	if sum == r.inUse {
		return
	}
	r.use(ring)
	r.inUse = sum
	r.log.Info().Int("keys", len(ring.Keys())).Msg("key ring reloaded")
}
