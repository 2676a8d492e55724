package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/context-manager/context-manager/messages"
)

// Standard input, as an argument and in words.
const (
	stdin     = "-"
	stdinName = "standard input"
)

// text is what an argument says, or all of standard input if it is "-".
func (sh *shell) text(argument string) (string, error) {
	if argument != stdin {
		return argument, nil
	}
	text, err := io.ReadAll(io.LimitReader(sh.in, messages.MaxMessageBytes+1))
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

// readInput reads a file, or all of in where its path is "-".
func readInput(path string, in io.Reader) ([]byte, error) {
	if path == stdin {
		return io.ReadAll(in)
	}
	return os.ReadFile(path)
}

// nameOf is how errors and reports call a file.
func nameOf(path string) string {
	if path == stdin {
		return stdinName
	}
	return path
}
