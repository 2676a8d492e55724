package attacks

import (
	"strings"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// patience is how long a test waits for what must happen.
const patience = time.Minute

// storing is a store of one item into session "s".
func storing(id, text string) letter {
	return letter{op: messages.OpStore, body: messages.StoreRequest{Session: "s", Items: []messages.Item{{ID: id, Text: text}}}}
}

// listing lists session "s".
func listing() letter {
	return letter{op: messages.OpList, body: messages.ListRequest{Session: "s"}}
}

func tomorrow() time.Time { return time.Now().Add(24 * time.Hour) }

func wantTexts(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("the session has %q; want %q", got, want)
	}
}

func set[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
