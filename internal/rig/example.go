package rig

import (
	"fmt"
	"os"
	"slices"
)

// An Example stands in for the test in a runnable example, which has none.
// Its failures are panics, as an example has no other way to fail.
type Example struct{ cleanups []func() }

// End ends what was started for the example, last first.
func (e *Example) End() {
	for _, cleanup := range slices.Backward(e.cleanups) {
		cleanup()
	}
}

// Helper does nothing.
func (e *Example) Helper() {}

// Error panics.
func (e *Example) Error(args ...any) { panic(fmt.Sprint(args...)) }

// Fatal panics.
func (e *Example) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

// Cleanup has f called by End.
func (e *Example) Cleanup(f func()) { e.cleanups = append(e.cleanups, f) }

// TempDir is a folder that End removes.
func (e *Example) TempDir() string {
	dir, err := os.MkdirTemp("", "rig-")
	if err != nil {
		e.Fatal(err)
	}
	e.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
