package shell

import (
	"strings"
	"testing"
)

func TestProgressIsABarOnATerminal(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	p := NewProgress(&Shell{Err: &out, errWidth: 80}, 50, "item")
	p.File("some/where/chat.jsonl")
	p.Add(20)
	p.End()
	p.End()
	if text := out.String(); !strings.Contains(text, "chat.jsonl") || !strings.Contains(text, "40%") || strings.Contains(text, "\n") {
		t.Errorf("got %q", text)
	}
}

func TestProgressIsLinesElsewhere(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	p := NewProgress(&Shell{Err: &out}, 1000, "item")
	p.File("chat.jsonl")
	for range 1000 {
		p.Add(1)
	}
	p.End()
	if lines := strings.Split(strings.TrimSpace(out.String()), "\n"); len(lines) != 10 || lines[4] != "500 of 1000 items: chat.jsonl" {
		t.Errorf("got %q", lines)
	}
}
