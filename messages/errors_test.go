package messages

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"
)

func TestCodes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		code      Code
		status    int
		retryable bool
	}{
		{CodeTooLarge, 413, false},
		{CodeBadEnvelope, 400, false},
		{CodeUnauthorized, 401, false},
		{CodeOutsideWindow, 401, false},
		{CodeExpired, 401, false},
		{CodeForbidden, 403, false},
		{CodeReplayed, 409, false},
		{CodeBadJSON, 400, false},
		{CodeBadRequest, 400, false},
		{CodeUnknownOperation, 404, false},
		{CodeNotFound, 404, false},
		{CodeConflict, 409, false},
		{CodeRateLimited, 429, true},
		{CodeOverloaded, 503, true},
		{CodeUnavailable, 503, true},
		{CodeDeadline, 504, true},
		{CodeDraining, 503, true},
		{CodeInternal, 500, false},
	}
	if len(tests) != len(Codes()) {
		t.Errorf("there are %d codes, of which %d are listed", len(tests), len(Codes()))
	}
	for _, test := range tests {
		if !slices.Contains(Codes(), test.code) {
			t.Errorf("%s is not listed", test.code)
		}
		if got := test.code.Status(); got != test.status || got < 100 || got > 599 {
			t.Errorf("%s has status %d, want %d", test.code, got, test.status)
		}
		if got := test.code.Retryable(); got != test.retryable {
			t.Errorf("%s retryable: %t", test.code, got)
		}
	}
}

func TestErrorChains(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("store: %w", Errorf(CodeUnavailable, "tier L2: %w", io.ErrUnexpectedEOF).After(1500*time.Millisecond))
	if CodeOf(err) != CodeUnavailable || !HasCode(err, CodeUnavailable) || HasCode(err, CodeInternal) {
		t.Errorf("the code of %v is %s", err, CodeOf(err))
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) || !errors.Is(err, &Error{Code: CodeUnavailable}) || errors.Is(err, &Error{Code: CodeConflict}) {
		t.Error("errors.Is does not see the chain")
	}
	if CodeOf(io.EOF) != CodeInternal || HasCode(io.EOF, CodeInternal) || MessageOf(io.EOF) != "EOF" {
		t.Error("an error without a code is taken for one with a code")
	}
}

func TestPlacedKeepsTheCode(t *testing.T) {
	t.Parallel()
	err := Placed(fmt.Errorf("deep: %w", Errorf(CodeTooLarge, " has 9 bytes")), "items[%d]", 3)
	wantCode(t, err, CodeTooLarge)
	if MessageOf(err) != "items[3] has 9 bytes" {
		t.Errorf("got %v", err)
	}
}

func TestErrorHidesItsCause(t *testing.T) {
	t.Parallel()
	body, err := json.Marshal(Caused(CodeUnauthorized, errors.New("the key is retired"), "no"))
	fatalIf(t, err)
	if got, want := string(body), `{"code":"unauthorized","message":"no","retryable":false}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestOwners(t *testing.T) {
	t.Parallel()
	for kind, want := range map[OwnerKind]string{NoOwner: "none", SessionOwner: "session", UserOwner: "user", 9: "none"} {
		if kind.String() != want {
			t.Errorf("kind %d is %s", kind, kind)
		}
	}
	for level, want := range map[Level]OwnerKind{Immediate: SessionOwner, ShortTerm: SessionOwner, LongTerm: UserOwner, "": NoOwner, "x": NoOwner} {
		if level.OwnerKind() != want {
			t.Errorf("level %q belongs to a %s", level, level.OwnerKind())
		}
	}
	for _, op := range Ops {
		want := op.Grant() == GrantWrite || op.Grant() == GrantErase
		if op.Changes() != want {
			t.Errorf("%s changes what is stored: %t", op, op.Changes())
		}
	}
}
