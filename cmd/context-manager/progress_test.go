package main

import (
	"strings"
	"testing"
)

func TestProgressIsABarOnATerminal(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	p := newProgress(&shell{err: &out, errWidth: 80}, 50)
	p.file("some/where/chat.jsonl")
	p.add(20)
	p.end()
	p.end()
	if text := out.String(); !strings.Contains(text, "chat.jsonl") || !strings.Contains(text, "40%") || strings.Contains(text, "\n") {
		t.Errorf("got %q", text)
	}
}

func TestProgressIsLinesElsewhere(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	p := newProgress(&shell{err: &out}, 1000)
	p.file("chat.jsonl")
	for range 1000 {
		p.add(1)
	}
	p.end()
	if lines := strings.Split(strings.TrimSpace(out.String()), "\n"); len(lines) != 10 || lines[4] != "500 of 1000 items: chat.jsonl" {
		t.Errorf("got %q", lines)
	}
}
