package tiers

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

// What counting takes does not depend on how long the names are that callers
// choose. Other tests would count, too: it runs by itself.
func TestWritesAreCountedInLittleMemory(t *testing.T) {
	w := newWorld(t)
	long := strings.Repeat("é", messages.MaxIDBytes/2-8) // of which each byte takes three in a subject
	before := heap()
	for i := range maxCounted - 1 {
		w.wrote(ownerSubject(w.short.root, session(fmt.Sprintf("%s%d", long, i))), 1)
	}
	if took := int64(heap()) - int64(before); took > 16<<20 {
		t.Errorf("the writes of %d owners take %d MiB", maxCounted-1, took>>20)
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
