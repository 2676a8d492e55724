package chaos

import (
	"errors"
	"fmt"
	"math"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A known history, and an answer that is right about it.
func example() (*history, expectation, messages.ListReply) {
	h := newHistory()
	h.settle(acked, 10, h.begin("s", "a", "stored"))
	h.settle(deleted, 11, h.begin("s", "b", "deleted"))
	h.settle(doomed, 0, h.begin("s", "c", "perhaps"))
	h.settle(acked, 0, h.begin("s", "d", "job"))
	return h, h.expect("s"), messages.ListReply{
		Revision: messages.Revision{Session: 11},
		Items:    []messages.Item{{ID: "a", Text: "stored"}, {ID: "c", Text: "perhaps"}, {ID: "d", Text: "job"}},
	}
}

// A checker that finds nothing proves nothing: each promise that is broken is found.
func TestEveryBrokenPromiseIsFound(t *testing.T) {
	t.Parallel()
	for want, spoil := range map[string]func(*messages.ListReply){
		"":                            func(*messages.ListReply) {},
		"was acknowledged at":         func(r *messages.ListReply) { r.Items = r.Items[1:] },
		"by the stream of jobs":       func(r *messages.ListReply) { r.Items = r.Items[:2] },
		"was deleted and is in":       func(r *messages.ListReply) { r.Items = append(r.Items, messages.Item{ID: "b", Text: "deleted"}) },
		"twice":                       func(r *messages.ListReply) { r.Items = append(r.Items, messages.Item{ID: "d", Text: "job"}) },
		"which was never sent":        func(r *messages.ListReply) { r.Items = append(r.Items, messages.Item{ID: "x", Text: "other"}) },
		"it was given":                func(r *messages.ListReply) { r.Items[0].ID = "z" },
		"has seen revision 9, asked ": func(r *messages.ListReply) { r.Revision.Session = 9 },
	} {
		h, e, reply := example()
		spoil(&reply)
		h.compare(e, reply)
		h.missing("s", reply.Items)
		if found := strings.Join(h.broken, "\n"); (want == "") != (found == "") || !strings.Contains(found, want) {
			t.Errorf("want %q, found %q", want, found)
		}
	}
}

// What was deleted while an answer was on its way may be in it or not.
func TestADeleteUnderWayIsNoBrokenPromise(t *testing.T) {
	t.Parallel()
	h, e, reply := example()
	h.settle(doomed, 0, h.records["stored"])
	reply.Items = reply.Items[1:]
	h.compare(e, reply)
	if len(h.broken) > 0 {
		t.Errorf("found %q", h.broken)
	}
}

// A job may be done at any time after it was acknowledged, and what is deleted
// meanwhile need have had no effect.
func TestAJobThatIsNotDoneYetIsNoBrokenPromise(t *testing.T) {
	t.Parallel()
	h, e, reply := example()
	reply.Items = reply.Items[:2]
	h.compare(e, reply)
	h.settle(doomed, 0, h.records["job"])
	h.missing("s", reply.Items)
	if len(h.broken) > 0 {
		t.Errorf("found %q", h.broken)
	}
}

// A failure that has no code is one that nobody can act on.
func TestAFailureWithoutACodeIsABrokenPromise(t *testing.T) {
	t.Parallel()
	h := newHistory()
	for _, err := range []error{nil, client.ErrNoReply, fmt.Errorf("store: %w", messages.Errorf(messages.CodeOverloaded, "later")), errors.New("no idea")} {
		h.count("store", err)
	}
	if len(h.broken) != 1 || !strings.Contains(h.broken[0], "no idea") || h.done["store"] != 1 || h.failed["store: no reply"] != 1 {
		t.Errorf("found %q; done %v, failed %v", h.broken, h.done, h.failed)
	}
}

// A swap without an answer may have effect at any time since, and a register
// that nothing else was heard of need not be there.
func TestASwapWithoutAnAnswerHasNoEnd(t *testing.T) {
	t.Parallel()
	g := newRegisters(time.Now)
	g.record(1, g.now(), swap{"r0", "r0", 3, "x"}, outcome{result: unknown})
	if back := g.history[0].Return; back != math.MaxInt64 {
		t.Errorf("it ends at %d", back)
	}
	if lost := g.finish(nil); len(lost) > 0 {
		t.Errorf("not there: %q; want none", lost)
	}
}

// A worker that serves has said so, however much it says after.
func TestAWorkerServesHoweverMuchItWrites(t *testing.T) {
	t.Parallel()
	var o output
	for _, text := range []string{"starting", `{"message":"worker serves"}`, strings.Repeat("x", 3*keptOutput), "y", "the end"} {
		served := o.served()
		if _, err := o.Write([]byte(text)); err != nil || served && !o.served() {
			t.Fatalf("it does not serve after %d more bytes, %v", len(text), err)
		}
	}
	if !o.served() || o.has("worker serves") || !strings.HasSuffix(o.String(), "the end") {
		t.Errorf("it serves: %t; kept are %d bytes", o.served(), o.buffer.Len())
	}
}

func TestHistoriesOfSwapsAreJudged(t *testing.T) {
	t.Parallel()
	op := func(call, back int64, expected, text string, out result) porcupine.Operation {
		return porcupine.Operation{Input: swap{register: "r", expected: expected, text: text}, Call: call, Output: outcome{result: out}, Return: back}
	}
	for name, c := range map[string]struct {
		history []porcupine.Operation
		seen    string
		want    porcupine.CheckResult
	}{
		"one after another":           {[]porcupine.Operation{op(1, 2, "r", "x", swapped), op(3, 4, "x", "y", swapped)}, "", porcupine.Ok},
		"two that saw the same":       {[]porcupine.Operation{op(1, 4, "r", "x", swapped), op(2, 3, "r", "y", swapped)}, "", porcupine.Illegal},
		"refused for good reason":     {[]porcupine.Operation{op(1, 4, "r", "x", swapped), op(2, 5, "r", "y", conflict)}, "", porcupine.Ok},
		"refused for none":            {[]porcupine.Operation{op(1, 2, "r", "x", swapped), op(3, 4, "x", "y", conflict)}, "", porcupine.Illegal},
		"undone":                      {[]porcupine.Operation{op(1, 2, "r", "x", swapped), op(5, 6, "r", "", looked)}, "", porcupine.Illegal},
		"unanswered, took effect":     {[]porcupine.Operation{op(1, math.MaxInt64, "r", "x", unknown), op(3, 4, "x", "y", swapped)}, "x", porcupine.Ok},
		"unanswered, never seen":      {[]porcupine.Operation{op(1, math.MaxInt64, "r", "x", unknown), op(3, 4, "r", "y", swapped)}, "", porcupine.Ok},
		"unanswered, in the way":      {[]porcupine.Operation{op(1, math.MaxInt64, "r", "x", unknown), op(3, 4, "r", "y", conflict), op(5, 6, "x", "", looked)}, "x", porcupine.Ok},
		"refused, nothing in the way": {[]porcupine.Operation{op(1, math.MaxInt64, "r", "x", unknown), op(3, 4, "r", "y", conflict), op(5, 6, "r", "", looked)}, "", porcupine.Illegal},
		"unanswered, seen too soon":   {[]porcupine.Operation{op(5, math.MaxInt64, "r", "x", unknown), op(3, 4, "x", "y", swapped)}, "x", porcupine.Illegal},
	} {
		g := newRegisters(time.Now)
		g.history = c.history
		g.see(c.seen)
		if got := g.check(time.Minute); got != c.want {
			t.Errorf("%s: %s; want %s", name, got, c.want)
		}
	}
}

// Of a history that is not right all is told that is known of the registers in
// question, and nothing of others; a register that is not there at the end is named.
func TestWhatIsWrongWithSwapsIsTold(t *testing.T) {
	t.Parallel()
	g := newRegisters(time.Now)
	for _, swaps := range []struct {
		in  swap
		out outcome
	}{
		{swap{"r0", "r0", 3, "x"}, outcome{swapped, 5, ""}},
		{swap{"r0", "r0", 3, "y"}, outcome{swapped, 6, ""}},
		{swap{"r0", "x", 5, "z"}, outcome{unknown, 0, "no reply"}},
		{swap{"r1", "r1", 4, "fine"}, outcome{swapped, 7, ""}},
	} {
		g.record(1, g.now(), swaps.in, swaps.out)
	}
	if lost := g.finish([]messages.Item{{ID: "r1", Text: "fine", Revision: 7}}); !slices.Equal(lost, []string{"r0"}) {
		t.Errorf("not there: %q; want r0", lost)
	}
	var told strings.Builder
	g.tell(time.Minute, func(format string, args ...any) { fmt.Fprintf(&told, format+"\n", args...) })
	for _, want := range []string{"register r0: Illegal", `"r0" at 3 to "x": swapped, revision 5`, `"r0" at 3 to "y": swapped, revision 6`, `to "z": unknown, revision 0 no reply`} {
		if !strings.Contains(told.String(), want) {
			t.Errorf("not told: %s", want)
		}
	}
	if strings.Contains(told.String(), "fine") {
		t.Error("told of a register that is right")
	}
	if t.Failed() {
		t.Log(told.String())
	}
}

// Jobs are settled by what their consumer says, and not by what the server
// still keeps.
func TestJobsAreSettledWhenTheirConsumerSaysSo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kept, last, floor uint64
		pending, unacked  int
		want              bool
	}{
		"none was ever sent":                  {want: true},
		"all are settled and gone":            {last: 9, floor: 9, want: true},
		"one is settled and kept":             {kept: 1, last: 9, floor: 9, want: true},
		"one is worked on":                    {kept: 1, last: 9, floor: 8, unacked: 1},
		"one was not delivered":               {kept: 1, last: 9, floor: 8, pending: 1},
		"one is lost between the two":         {kept: 1, last: 9, floor: 8},
		"one is settled after one that isn't": {kept: 2, last: 9, floor: 7, unacked: 1},
	} {
		q := queue{
			state:    jetstream.StreamState{Msgs: c.kept, LastSeq: c.last},
			consumer: &jetstream.ConsumerInfo{AckFloor: jetstream.SequenceInfo{Stream: c.floor}, NumPending: uint64(c.pending), NumAckPending: c.unacked},
		}
		if q.settled() != c.want {
			t.Errorf("%s: settled is %t", name, q.settled())
		}
	}
}

// A worker that ends as it should not is blamed.
func TestWorkersAreJudgedByTheirEnd(t *testing.T) {
	t.Parallel()
	const serve = `echo '"worker serves"'; `
	for script, want := range map[string]string{
		`trap 'exit 0' TERM; ` + serve + `while :; do sleep 0.01; done`: "",
		`trap 'exit 1' TERM; ` + serve + `while :; do sleep 0.01; done`: "that was told to stop ended with exit status 1",
		`trap '' TERM; ` + serve + `while :; do sleep 0.01; done`:       "did not stop in",
		serve + `exit 0`: "ended by itself",
		`echo 'WARNING: DATA RACE'; ` + serve + `exec sleep 100`: "a worker is broken",
	} {
		h := newHistory()
		f := newFleet(1, func() *exec.Cmd { return exec.CommandContext(t.Context(), "sh", "-c", script) }, h.blame)
		settled := func() bool { return f.serving() == 1 }
		if want == "ended by itself" {
			settled = func() bool { return len(h.blamed()) > 0 }
		}
		poll(t, settled)
		f.close(2 * time.Second)
		if found := strings.Join(h.blamed(), "\n"); (want == "") != (found == "") || !strings.Contains(found, want) {
			t.Errorf("%s: want %q, found %q", script, want, found)
		}
	}
}

// blamed is what was blamed so far.
func (h *history) blamed() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.broken
}

func poll(t *testing.T, holds func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	limit := time.After(30 * time.Second)
	for !holds() {
		select {
		case <-ticker.C:
		case <-limit:
			t.Fatal("waited in vain")
		}
	}
}
