package client

import (
	"testing"

	"github.com/context-manager/context-manager/messages"
)

// A client that is to give each call a message of its own has none wait for others.
func TestCallsThatShareNoMessageWaitForNone(t *testing.T) {
	t.Parallel()
	b := newTestClient(t, Options{Bundle: -1}).asks[messages.OpStats]
	for range 2 * abreast {
		if _, alone := b.board(call{}); !alone {
			t.Fatal("the call is to wait; want it to go at once")
		}
	}
}

// Nor do calls wait for more where there is no room for them.
func TestAFullBundleLeavesAtOnce(t *testing.T) {
	t.Parallel()
	b := newTestClient(t, Options{Bundle: 2}).asks[messages.OpStats]
	b.out = abreast
	b.next = &bundle{leave: make(chan struct{}, 1)}
	full := b.next
	for range 2 {
		if _, alone := b.board(call{}); alone {
			t.Fatal("the call goes alone; want it to share a message")
		}
	}
	select {
	case <-full.leave:
	default:
		t.Error("the bundle gathers on; want it to leave")
	}
	if b.next != nil {
		t.Error("a third call would board; want it to have another message")
	}
}
