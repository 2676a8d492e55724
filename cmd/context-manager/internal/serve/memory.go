package serve

import (
	"runtime/debug"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

const (
	// memoryBeside is what the Go runtime of a worker may have beside L1: the
	// vocabulary, requests on their way, and what the collector has not come
	// round to. What it does not manage, the program's own text above all, and
	// what a message of 10 MiB on each lane takes past it, is the rest of 150 MiB.
	memoryBeside = 80 << 20
	// garbagePercent lets garbage grow to four times what lives: with few live
	// objects the collector would run several times a second otherwise. The
	// limit bounds it where much lives.
	garbagePercent = 400
)

// limitMemory tells the collector what a worker with so much L1 may use, so
// that it stays in 150 MiB beside it, unless the operator has said so with
// GOGC and GOMEMLIMIT. The function that it gives takes that back.
func limitMemory(env shell.Environment, l1 shell.Megabytes) (restore func()) {
	percent, limit := func() {}, func() {}
	if _, given := env["GOGC"]; !given {
		before := debug.SetGCPercent(garbagePercent)
		percent = func() { debug.SetGCPercent(before) }
	}
	if _, given := env["GOMEMLIMIT"]; !given {
		before := debug.SetMemoryLimit(int64(l1.Bytes()) + memoryBeside)
		limit = func() { debug.SetMemoryLimit(before) }
	}
	return func() { percent(); limit() }
}
