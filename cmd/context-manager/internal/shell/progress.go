package shell

import (
	"fmt"
	"path/filepath"

	"github.com/schollz/progressbar/v3"
)

// Progress tells how far a command is: a bar on a terminal, elsewhere a line for each tenth.
type Progress struct {
	sh    *Shell
	bar   *progressbar.ProgressBar // nil where there is no terminal
	path  string
	thing string // what is counted, such as item
	total int
	done  int
	told  int // tenths
}

// NewProgress begins at none of total things, such as items. End ends it.
func NewProgress(sh *Shell, total int, thing string) *Progress {
	p := &Progress{sh: sh, total: total, thing: thing}
	if sh.errWidth > 0 {
		p.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(sh.Err),
			progressbar.OptionSetItsString(thing+"s"),
			progressbar.OptionShowIts(),
			progressbar.OptionSetWidth(20),
			progressbar.OptionShowCount(),
			progressbar.OptionClearOnFinish(),
		)
	}
	return p
}

// File names the file, or whatever it is, that comes next.
func (p *Progress) File(path string) {
	p.path = path
	if p.bar != nil {
		p.bar.Describe(Clip(OneLine(filepath.Base(path)), 24))
	}
}

// Add counts things that are done.
func (p *Progress) Add(things int) {
	p.done += things
	if p.bar != nil {
		_ = p.bar.Add(things) // a bar that cannot be drawn is no reason to stop
		return
	}
	if tenth := p.done * 10 / p.total; tenth > p.told {
		p.told = tenth
		line := fmt.Sprintf("%d of %s", p.done, Plural(p.total, p.thing))
		if p.path != "" {
			line += ": " + OneLine(p.path)
		}
		_, _ = fmt.Fprintln(p.sh.Err, line)
	}
}

// End takes the bar away. It may be called twice.
func (p *Progress) End() {
	if p.bar != nil {
		_ = p.bar.Exit()
		_ = p.bar.Clear()
		p.bar = nil
	}
}
