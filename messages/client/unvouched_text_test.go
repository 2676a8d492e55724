package client_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/messages/envelope"
)

// Callers log errors and count them by their codes: what nobody signed is one line
// of some length, whatever it was, and has a code that there is.
func TestAnUnsignedErrorIsOneLineWithACodeThatThereIs(t *testing.T) {
	t.Parallel()
	long := "first\nlevel=error \x1b[2J\u202e \xff" + strings.Repeat("long ", 100_000)
	body, err := json.Marshal(messages.Error{Code: messages.Code(long), Message: long})
	if err != nil {
		t.Fatal(err)
	}
	for name, forged := range map[string]*nats.Msg{
		"body":   {Data: body, Header: nats.Header{envelope.HeaderErrorCode: {"401"}}},
		"header": {Header: nats.Header{envelope.HeaderErrorCode: {"401"}, envelope.HeaderError: {strings.ReplaceAll(long, "\n", "\t")}}},
	} {
		w := newWorld(t)
		w.forestall(*forged)
		_, err := w.client(func(o *client.Options) { o.Retries = -1 }).Stats(t.Context(), messages.StatsRequest{Session: "s"})
		text := err.Error()
		if !messages.HasCode(err, messages.CodeUnauthorized) || !strings.Contains(text, "first") || len(text) > 1000 {
			t.Errorf("%s: code %.40q, %d bytes: %.80q", name, messages.CodeOf(err), len(text), text)
		}
		if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%s: not one printable line: %.80q", name, text)
		}
	}
}
