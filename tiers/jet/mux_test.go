package jet

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/context-manager/context-manager/internal/await"
)

// silent makes a subject on which nobody answers.
func (w *world) silent(subject string) {
	w.t.Helper()
	if _, err := w.nc.SubscribeSync(subject); err != nil {
		w.t.Fatal(err)
	}
}

func TestLateRepliesAreDropped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := w.mux
	w.silent("silent.one")
	w.silent("silent.two")
	ctx, leave := context.WithCancel(t.Context())
	leave()
	c, err := m.send("silent.one", nil, true)
	if err != nil {
		t.Fatal(err)
	}
	late := m.reply(c)
	if _, err := c.Wait(ctx, time.Minute); !errors.Is(err, context.Canceled) {
		t.Fatalf("a caller that left got %v", err)
	}
	c.Release()

	// The same slot, used anew, does not get the earlier request's reply.
	again, err := m.send("silent.two", nil, true)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Release()
	if again.slot != c.slot {
		t.Fatal("the slot was not reused: the test shows nothing")
	}
	if err := w.nc.Publish(late, []byte("late")); err != nil {
		t.Fatal(err)
	}
	if err := w.nc.Publish(m.reply(again), []byte("mine")); err != nil {
		t.Fatal(err)
	}
	got, err := again.Wait(t.Context(), 10*time.Second)
	if err != nil || len(got) != 1 || string(got[0].Data) != "mine" {
		t.Fatalf("%v, %v", got, err)
	}
	await.That(t, "the late reply is counted", func() bool { return m.Late() > 0 })
}

func TestCallsAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.silent("silent")
	var calls []*Call
	for range testSlots {
		c, err := w.mux.send("silent", nil, true)
		if err != nil {
			t.Fatal(err)
		}
		calls = append(calls, c)
	}
	if _, err := w.direct.Ask(wildcard("a"), 0, 0); !errors.Is(err, ErrBusy) {
		t.Errorf("one more: %v", err)
	}
	for _, c := range calls {
		c.Release()
	}
	if !w.mux.eachFreeOnce() {
		t.Error("a call was not given back")
	}
}

func TestForeignRepliesAreIgnored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, token := range []string{"x", "zzzzzzzzzzzzzzzz", "ffffffff00000000", "0000ffff00000001", strings.Repeat("0", 40)} {
		if err := w.nc.Publish(w.mux.prefix+token, []byte("junk")); err != nil {
			t.Fatal(err)
		}
	}
	w.put("a", "i", "1")
	c, err := w.direct.Ask(wildcard("a"), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := w.answer(c, "a"); got != "i=1" {
		t.Fatalf("after junk: %q", got)
	}
}
