package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// What workers will not keep is told before it is stored, and what they keep is not.
func TestMoreThanWorkersKeepIsWarnedOf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.server.Shutdown()
	path := filepath.Join(t.TempDir(), "long.jsonl")
	for lines, want := range map[int]string{usualItems: "", usualItems + 1: "warning: session long gets 10001 items"} {
		if err := os.WriteFile(path, []byte(strings.Repeat("{\"content\":\"ok\"}\n", lines)), 0o600); err != nil {
			t.Fatal(err)
		}
		o := runLine(w.env(), "import", path)
		if warned := strings.Contains(o.err, "warning"); warned != (want != "") || !strings.Contains(o.err, want) {
			t.Errorf("%d lines: %s", lines, o.err)
		}
	}
	var flags serveFlags
	parser, err := kong.New(&flags)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(nil); err != nil || flags.SessionItems != usualItems || flags.UserItems != usualItems {
		t.Errorf("workers keep %d and %d: %v", flags.SessionItems, flags.UserItems, err)
	}
}
