package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/files"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

// A note says where a bench makes streams, on a server that was named to it. It
// lies in the bench's folder, whose lock tells that the bench is over: by their
// names alone streams cannot be told from those of one that runs on another machine.
type note struct {
	Server string `json:"server"` // in the words by which it was named
	Prefix string `json:"prefix"`
}

func noteFile(dir string) string { return filepath.Join(dir, "streams.json") }

// leaveNote writes the note, before anything is made that it speaks of.
func (w *world) leaveNote() error {
	if w.server != nil {
		return nil // its streams are in the folder
	}
	doc, err := json.Marshal(note{Server: w.flags.Server(), Prefix: w.flags.Prefix})
	if err != nil {
		return err
	}
	return os.WriteFile(noteFile(w.dir), doc, files.Private)
}

// errElsewhere is why a bench leaves alone what another one left on another server.
var errElsewhere = errors.New("it made its streams on another server")

// removeNoted removes the streams that the note in dir is of, if they are on
// the server that was named to this bench too. A folder without a note, or with
// one that was not written to its end, is of a bench that made none.
func (c *Command) removeNoted(sh *shell.Shell, dir string) error {
	var n note
	doc, err := os.ReadFile(noteFile(dir))
	if err != nil || json.Unmarshal(doc, &n) != nil {
		return nil //nolint:nilerr // nothing is left elsewhere
	}
	if !serverIsNamed(&c.NATSFlags) || n.Server != c.Server() {
		return errElsewhere
	}
	dead := &world{flags: c.NATSFlags}
	dead.settle(n.Prefix)
	if err := dead.removeStreams(); err != nil {
		_, _ = fmt.Fprintf(sh.Err, "warning: what a bench left that was killed stays, under %s: %s\n", n.Prefix, shell.OneLine(err.Error()))
		return err
	}
	_, _ = fmt.Fprintf(sh.Err, "removed the streams of a bench that was killed, under %s\n", n.Prefix)
	return nil
}
