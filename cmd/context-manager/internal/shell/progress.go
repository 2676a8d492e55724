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
	total int // items
	done  int
	told  int // tenths
}

// NewProgress begins at none of total items. End ends it.
func NewProgress(sh *Shell, total int) *Progress {
	p := &Progress{sh: sh, total: total}
	if sh.errWidth > 0 {
		p.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(sh.Err),
			progressbar.OptionSetItsString("items"),
			progressbar.OptionShowIts(),
			progressbar.OptionSetWidth(20),
			progressbar.OptionShowCount(),
			progressbar.OptionClearOnFinish(),
		)
	}
	return p
}

// File names the file that comes next.
func (p *Progress) File(path string) {
	p.path = path
	if p.bar != nil {
		p.bar.Describe(Clip(OneLine(filepath.Base(path)), 24))
	}
}

// Add counts items that are done.
func (p *Progress) Add(items int) {
	p.done += items
	if p.bar != nil {
		_ = p.bar.Add(items) // a bar that cannot be drawn is no reason to stop
		return
	}
	if tenth := p.done * 10 / p.total; tenth > p.told {
		p.told = tenth
		_, _ = fmt.Fprintf(p.sh.Err, "%d of %s: %s\n", p.done, Plural(p.total, "item"), OneLine(p.path))
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
