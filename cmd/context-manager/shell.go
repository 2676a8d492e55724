package main

import (
	"encoding/json"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// program is the name of the program, in help, in errors and at the NATS server.
const program = "context-manager"

// A shell is what a command may touch of the process it runs in.
type shell struct {
	env      environment
	in       io.Reader
	out, err io.Writer
	now      func() time.Time
	version  string // of the program
	width    int    // columns of the terminal that out is, 0 if it is none
	errWidth int    // the same of err
	colour   bool   // out is a terminal whose user has not refused colour
}

func newShell(env environment, in io.Reader, out, err io.Writer) *shell {
	sh := &shell{env: env, in: in, out: out, err: err, now: time.Now, width: columns(out), errWidth: columns(err)}
	sh.colour = sh.width > 0 && env["NO_COLOR"] == "" && env["TERM"] != "dumb"
	return sh
}

// columns is the width of the terminal that w is, or 0.
func columns(w io.Writer) int {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil || width < 20 {
		return 80
	}
	return width
}

// json writes v as one line, for programs.
func (sh *shell) json(v any) error {
	encoder := json.NewEncoder(sh.out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}
