package tiers

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/tiers/jet"
)

// Whoever is told that the log has more finds it there, and an outage that has a
// name fills no log.
func TestTheLogHasWhatCallersAreNotTold(t *testing.T) {
	t.Parallel()
	var logged bytes.Buffer
	x := &Tiers{log: zerolog.New(&logged)}
	for err, want := range map[error]string{
		nats.ErrReconnectBufExceeded:                    "no connection to NATS",
		fmt.Errorf("send: %w", nats.ErrDisconnected):    "no connection to NATS",
		fmt.Errorf("ask: %w", jet.ErrTimeout):           "no answer in time",
		&jet.StatusError{Status: "500", Text: "secret"}: "the server reported an error",
	} {
		if words := x.reason(err); !strings.Contains(words, want) || logged.Len() > 0 {
			t.Errorf("%v: %q, logged %q", err, words, logged.String())
		}
	}
	if words := x.reason(errors.New("of a kind that nobody knows")); words != unexpected || !strings.Contains(logged.String(), "nobody knows") {
		t.Errorf("%q, logged %q", words, logged.String())
	}
}
