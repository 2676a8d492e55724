package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
)

func TestAUserThatIsRefusedLeadsToTheUser(t *testing.T) {
	t.Parallel()
	if got := advice(fmt.Errorf("connect to NATS: %w", nats.ErrAuthorization)); !strings.Contains(got, "--nkey") {
		t.Errorf("%q; want a word on the flags that name a user", got)
	}
}

func TestWhatAWrongClockCausesLeadsToTheClocks(t *testing.T) {
	t.Parallel()
	for _, code := range []messages.Code{messages.CodeOutsideWindow, messages.CodeExpired} {
		if got := advice(messages.Errorf(code, "x")); !strings.Contains(got, "clocks") {
			t.Errorf("%s: %q; want a word on the clocks", code, got)
		}
	}
}
