package main

import (
	"strings"
	"testing"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
)

func TestContextsOfEveryFormAreShown(t *testing.T) {
	t.Parallel()
	for want, reply := range map[string]messages.AssembleReply{
		"line\n":                               {Text: "line\n"},
		"[system] facts\n[user Ines] hi\n":     {System: "facts", Messages: []messages.ChatMessage{{Role: "user", Name: "Ines", Content: "hi"}}},
		"1970-01-01 00:00 tool: \\u001b[2Jx\n": {Items: []messages.Item{{Role: messages.Tool, Text: "\x1b[2Jx"}}},
	} {
		var out strings.Builder
		if err := writeContext(&out, &shell.Shell{}, reply); err != nil || out.String() != want {
			t.Errorf("got %q, %v; want %q", out.String(), err, want)
		}
	}
}
