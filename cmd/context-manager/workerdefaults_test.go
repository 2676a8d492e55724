package main

import (
	"testing"

	"github.com/alecthomas/kong"
)

// An import takes it that workers keep so many items, and warns of more.
func TestWorkersKeepWhatAnImportTakesForUsual(t *testing.T) {
	t.Parallel()
	var flags serveFlags
	parser, err := kong.New(&flags)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(nil); err != nil || flags.SessionItems != 10_000 || flags.UserItems != 10_000 {
		t.Errorf("workers keep %d and %d: %v", flags.SessionItems, flags.UserItems, err)
	}
}
