package client_test

import (
	"encoding/json"
	"errors"
	"strconv"
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

// What callers decide by is for workers to sign: a code that these never send without
// that stands for nothing, and neither a revision nor a time to wait comes along.
func TestAnUnsignedErrorSaysNothingThatCallersDecideBy(t *testing.T) {
	t.Parallel()
	text := "new"
	for _, test := range []struct {
		claimed, status, want messages.Code
	}{
		{messages.CodeNotFound, messages.CodeNotFound, messages.CodeUnknownOperation},
		{messages.CodeConflict, messages.CodeConflict, messages.CodeInternal},
		{messages.CodeConflict, messages.CodeUnauthorized, messages.CodeUnauthorized},
		{messages.CodeBadRequest, messages.CodeBadRequest, messages.CodeBadEnvelope},
		{messages.CodeUnauthorized, messages.CodeUnauthorized, messages.CodeUnauthorized},
		{messages.CodeDraining, messages.CodeDraining, messages.CodeDraining},
	} {
		t.Run(string(test.claimed), func(t *testing.T) {
			t.Parallel()
			body, err := json.Marshal(messages.Error{Code: test.claimed, Message: "m", Retryable: true, RetryAfterMS: 3_600_000, Revision: 7})
			if err != nil {
				t.Fatal(err)
			}
			w := newWorld(t)
			w.forestall(nats.Msg{Data: body, Header: nats.Header{envelope.HeaderErrorCode: {strconv.Itoa(test.status.Status())}}})
			c := w.client(func(o *client.Options) { o.Retries = -1 })
			_, err = c.Update(t.Context(), messages.UpdateRequest{Session: "s", ID: "i", Text: &text})
			var e *messages.Error
			if !errors.Is(err, client.ErrUnauthenticated) || !errors.As(err, &e) {
				t.Fatalf("got %v; want an unsigned error", err)
			}
			if e.Code != test.want || e.Retryable != test.want.Retryable() || e.RetryAfterMS != 0 || e.Revision != 0 {
				t.Errorf("got %+v; want %s and nothing else", e, test.want)
			}
		})
	}
}
