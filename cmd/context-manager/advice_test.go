package main

import (
	"strings"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

func TestWhatAWrongClockCausesLeadsToTheClocks(t *testing.T) {
	t.Parallel()
	for _, code := range []messages.Code{messages.CodeOutsideWindow, messages.CodeExpired} {
		if got := advice(messages.Errorf(code, "x")); !strings.Contains(got, "clocks") {
			t.Errorf("%s: %q; want a word on the clocks", code, got)
		}
	}
}
