package worker

import (
	"sync/atomic"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

// Changes of one owner that come together, as in a bundle, do not get in each other's
// way: each of them reads the owner and writes once. Else a small message of many has
// a large owner read again and again, as each of them has the others decide anew.
func TestChangesOfOneOwnerTakeTurns(t *testing.T) {
	t.Parallel()
	const many = 32
	r := newRig(t)
	var writes atomic.Int64
	r.start(options{deps: func(d *Deps) {
		d.Log = appendHook{Log: d.Log, before: func(messages.Owner, string) error {
			writes.Add(1)
			return nil
		}}
	}})
	store(t, r.ask, messages.StoreRequest{Session: "s", Items: turns("one")})
	writes.Store(0)
	updates := make([]any, many)
	for i := range updates {
		updates[i] = messages.UpdateRequest{Session: "s", ID: "t0", Text: &newText}
	}
	for _, o := range r.askTogether(call{op: messages.OpUpdate}, updates...) {
		must[messages.UpdateReply](t, o)
	}
	if n := writes.Load(); n != many {
		t.Errorf("%d writes of %d changes; want one of each", n, many)
	}
}
