package main

import (
	"fmt"
	"path/filepath"

	"github.com/schollz/progressbar/v3"
)

// progress tells how far an import is: a bar on a terminal, elsewhere a line for each tenth.
type progress struct {
	sh          *shell
	bar         *progressbar.ProgressBar // nil where there is no terminal
	path        string
	done, total int
	told        int // tenths
}

func newProgress(sh *shell, total int) *progress {
	p := &progress{sh: sh, total: total}
	if sh.errWidth > 0 {
		p.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(sh.err),
			progressbar.OptionSetItsString("items"),
			progressbar.OptionShowIts(),
			progressbar.OptionSetWidth(20),
			progressbar.OptionShowCount(),
			progressbar.OptionClearOnFinish(),
		)
	}
	return p
}

// file names the file that comes next.
func (p *progress) file(path string) {
	p.path = path
	if p.bar != nil {
		p.bar.Describe(clip(oneLine(filepath.Base(path)), 24))
	}
}

// add counts items that are done.
func (p *progress) add(items int) {
	p.done += items
	if p.bar != nil {
		_ = p.bar.Add(items) // a bar that cannot be drawn is no reason to stop
		return
	}
	if tenth := p.done * 10 / p.total; tenth > p.told {
		p.told = tenth
		_, _ = fmt.Fprintf(p.sh.err, "%d of %s: %s\n", p.done, plural(p.total, "item"), oneLine(p.path))
	}
}

// end takes the bar away. It may be called twice.
func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Exit()
		_ = p.bar.Clear()
		p.bar = nil
	}
}
