package imports

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/serve"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
)

// What workers will not keep is told before anything is stored, and what they keep is not.
func TestMoreThanWorkersKeepIsWarnedOf(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "long.jsonl")
	for lines, want := range map[int]string{usualItems: "", usualItems + 1: "warning: session long gets 10001 items"} {
		if err := os.WriteFile(path, []byte(strings.Repeat("{\"content\":\"ok\"}\n", lines)), 0o600); err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		c := Command{File: []string{path}, Level: messages.ShortTerm}
		if err := c.Run(t.Context(), shell.New(nil, nil, &out, &out)); err == nil {
			t.Error("it was stored without a key")
		}
		if warned := strings.Contains(out.String(), "warning"); warned != (want != "") || !strings.Contains(out.String(), want) {
			t.Errorf("%d lines: %s", lines, out.String())
		}
	}
}

// What an import takes for usual is what workers keep unless they are told otherwise.
func TestUsualIsWhatWorkersKeep(t *testing.T) {
	t.Parallel()
	var flags serve.WorkerFlags
	parser, err := kong.New(&flags)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(nil); err != nil || flags.SessionItems != usualItems || flags.UserItems != usualItems {
		t.Errorf("workers keep %d and %d: %v", flags.SessionItems, flags.UserItems, err)
	}
}
