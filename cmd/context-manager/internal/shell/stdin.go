package shell

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/context-manager/context-manager/messages"
)

// stdin is standard input as an argument.
const stdin = "-"

// StdinName is standard input in words.
const StdinName = "standard input"

// Text is what an argument says, or all of standard input if it is "-".
func (sh *Shell) Text(argument string) (string, error) {
	if argument != stdin {
		return argument, nil
	}
	text, err := io.ReadAll(io.LimitReader(sh.In, messages.MaxMessageBytes+1))
	if err != nil {
		return "", fmt.Errorf("read standard input: %w", err)
	}
	if len(text) > messages.MaxMessageBytes {
		return "", errors.New("standard input has more than 10 MiB: divide it into several items")
	}
	if !utf8.Valid(text) {
		return "", errors.New("standard input is not UTF-8: convert it, for example with iconv -t UTF-8")
	}
	return strings.TrimRight(string(text), "\r\n"), nil
}

// ReadInput reads a file, or all of in where its path is "-".
func ReadInput(path string, in io.Reader) ([]byte, error) {
	if path == stdin {
		return io.ReadAll(in)
	}
	return os.ReadFile(path)
}

// NameOf is how errors and reports call a file.
func NameOf(path string) string {
	if path == stdin {
		return StdinName
	}
	return path
}
