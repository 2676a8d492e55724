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

// Nor does what a sweep remembers of owners before it looks after them.
func TestASweepRemembersOwnersInLittleMemory(t *testing.T) {
	long := strings.Repeat("=C3=A9", messages.MaxIDBytes/2)
	before := heap()
	owners := newRoll(rollBytes)
	for i := 0; !owners.full(); i++ {
		owners.note(fmt.Sprintf("$KV.ctx_short.acme.%s%d.>", long, i))
	}
	if took := int64(heap()) - int64(before); took > 16<<20 {
		t.Errorf("the names of owners take %d MiB", took>>20)
	}
	met := len(owners.names)
	owners.note("$KV.ctx_short.acme.s.>")
	if owners.note("$KV.ctx_short.acme.s.>"); len(owners.names) != met+1 {
		t.Errorf("one owner counts as %d", len(owners.names)-met)
	}
}
