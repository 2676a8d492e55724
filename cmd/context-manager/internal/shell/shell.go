// Package shell is what every command has of the process that it runs in, and
// of whoever started it: environment, streams, clock and signals, the ways in
// which people write values, and what is safe to show them.
package shell

import (
	"encoding/json"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// Program is the name of the program, in help, in errors and at the NATS server.
const Program = "context-manager"

// A Shell is what a command may touch of the process it runs in.
type Shell struct {
	Env      Environment
	In       io.Reader
	Out, Err io.Writer // what was asked for, and what is said about it
	Now      func() time.Time
	Version  string // of the program
	Width    int    // columns of the terminal that out is, 0 if it is none
	errWidth int    // the same of err
	colour   bool   // out is a terminal whose user has not refused colour
}

// New is a shell of an environment and three streams, with the system's clock.
// What it tells of a terminal is true where out and err are one.
func New(env Environment, in io.Reader, out, err io.Writer) *Shell {
	sh := &Shell{Env: env, In: in, Out: out, Err: err, Now: time.Now, Width: columns(out), errWidth: columns(err)}
	sh.colour = sh.Width > 0 && env["NO_COLOR"] == "" && env["TERM"] != "dumb"
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

// JSON writes v as one line, for programs.
func (sh *Shell) JSON(v any) error {
	encoder := json.NewEncoder(sh.Out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}
