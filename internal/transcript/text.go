// Package transcript keeps what a program writes for a test that reads it meanwhile.
package transcript

import (
	"strings"
	"sync"
)

// A Text is all that was written to it, by however many goroutines. The zero Text is empty.
type Text struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write appends p. It does not fail.
func (t *Text) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.Write(p)
}

// String is what there is by now.
func (t *Text) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}
