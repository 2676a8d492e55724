package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
)

// evaluated is a session that evaluations of longFolder store.
const evaluated = "eval/long"

// longFolder has a conversation with more questions than anybody waits for.
func longFolder(t *testing.T) string {
	t.Helper()
	type object = map[string]any
	questions := make([]object, 5000)
	for i := range questions {
		questions[i] = object{"question": fmt.Sprint("When does ferry ", i, " leave?"), "evidence": []string{"t1"}}
	}
	turn := object{"id": "t1", "session": 1, "at": "2026-01-05T10:00:00Z", "speaker": "Ana", "text": "The ferry leaves at seven."}
	doc, err := json.Marshal(object{"name": "long", "turns": []object{turn}, "questions": questions})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "long.json"), doc, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// items counts what a session has.
func (w *world) items(t *testing.T, session string) int {
	t.Helper()
	reply, err := w.client(t).Stats(t.Context(), messages.StatsRequest{Session: session})
	if err != nil {
		t.Fatal(err)
	}
	return reply.Levels[messages.ShortTerm].Items
}

func TestAnInterruptedEvaluationRemovesItsSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(t)
	s := startSession(t, w.env("CTX_TIMEOUT=30s"), "eval", longFolder(t))
	await.That(t, "it to store the conversation", func() bool { return w.items(t, evaluated) > 0 })
	s.interrupt(t, syscall.SIGINT, exitFailed, "Interrupted.")
	if left := w.items(t, evaluated); left != 0 {
		t.Errorf("%d items are left", left)
	}
}

func TestAnEvaluationSaysWhatItCouldNotRemove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stop := w.start(t)
	s := startSession(t, w.env("CTX_TIMEOUT=2s"), "eval", longFolder(t))
	await.That(t, "it to store the conversation", func() bool { return w.items(t, evaluated) > 0 })
	stop()
	s.interrupt(t, syscall.SIGTERM, exitFailed, `session "eval/long" stays`)
}
