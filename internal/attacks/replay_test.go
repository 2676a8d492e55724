package attacks

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers"
	"github.com/context-manager/context-manager/tiers/l1"
	"github.com/context-manager/context-manager/worker"
)

// A capture is a change that somebody listened to. Before it the session has
// what prepare made; undo brings that back afterwards, and a replay must not
// take effect again.
type capture struct {
	name    string
	prepare []letter
	change  letter
	undo    []letter
	after   []string // texts of the session then
}

func captures() []capture {
	old, text := storing("i", "old"), "new"
	update := func(text *string) letter {
		return letter{op: messages.OpUpdate, body: messages.UpdateRequest{Session: "s", ID: "i", Text: text}}
	}
	earlier := "old"
	clearing := letter{op: messages.OpClear, body: messages.ClearRequest{Session: "s"}}
	return []capture{
		{"store", nil, old, []letter{clearing}, nil},
		{"update", []letter{old}, update(&text), []letter{update(&earlier)}, []string{"old"}},
		{"delete", []letter{old}, letter{op: messages.OpDelete, body: messages.DeleteRequest{Session: "s", IDs: []string{"i"}}}, []letter{old}, []string{"old"}},
		{"clear", []letter{old}, clearing, []letter{old}, []string{"old"}},
		{"promote", []letter{old}, letter{op: messages.OpPromote, body: messages.PromoteRequest{
			Session: "s", User: "u", IDs: []string{"i"}, To: messages.LongTerm,
		}}, []letter{old}, []string{"old"}},
	}
}

// perform makes the change of a capture, undoes it, and returns the captured message.
func (c capture) perform(w *world, lane messages.Lane) *nats.Msg {
	w.t.Helper()
	for _, l := range c.prepare {
		wantDone(w.t, w.ask(w.sign(l)))
	}
	m := w.sign(c.change.on(lane))
	if lane == messages.LaneJob {
		wantDone(w.t, w.submit(m))
	} else {
		wantDone(w.t, w.ask(m))
	}
	for _, l := range c.undo {
		wantDone(w.t, w.ask(w.sign(l)))
	}
	return m
}

func TestReplayOfAnAsk(t *testing.T) {
	t.Parallel()
	for _, c := range captures() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 2)
			m := c.perform(w, messages.LaneAsk)
			for range 6 { // so that both workers get it
				wantRefused(t, w.ask(captured(m)), messages.CodeReplayed)
			}
			wantTexts(t, w.texts("s"), c.after...)
			w.wantAudited("the replay", replayOf(m))
		})
	}
}

func replayOf(m *nats.Msg) func(messages.AuditEvent) bool {
	return func(e messages.AuditEvent) bool {
		return e.Kind == messages.AuditRefused && e.Code == messages.CodeReplayed && e.Proved && e.ID == m.Header.Get(envelope.HeaderID)
	}
}

func TestReplayOfARead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	for _, l := range []letter{
		listing(),
		{op: messages.OpStats, body: messages.StatsRequest{Session: "s"}},
		{op: messages.OpAssemble, body: messages.AssembleRequest{Session: "s", MaxTokens: 100}},
	} {
		m := w.sign(l)
		wantDone(t, w.ask(m))
		wantRefused(t, w.ask(captured(m)), messages.CodeReplayed)
	}
}

// The same message many times at once, to three workers: one takes it.
func TestReplayInAStampede(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	m := w.sign(storing("", "once"))
	inbox := w.listen(m.Reply)
	const copies = 60
	var stampede sync.WaitGroup
	for range 6 {
		nc := w.Connect()
		stampede.Go(func() {
			for range copies / 6 {
				if err := nc.PublishMsg(captured(m)); err != nil {
					t.Error(err)
				}
			}
			if err := nc.Flush(); err != nil {
				t.Error(err)
			}
		})
	}
	stampede.Wait()
	done := 0
	for range copies {
		if a := w.read(m, w.next(inbox)); a.failed == nil {
			done++
		} else {
			wantRefused(t, a, messages.CodeReplayed)
		}
	}
	if done != 1 {
		t.Errorf("%d of %d copies took effect; want 1", done, copies)
	}
	wantTexts(t, w.texts("s"), "once")
}

func TestReplayOfAJobUnderAnotherSequence(t *testing.T) {
	t.Parallel()
	for _, c := range captures() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 2)
			m := c.perform(w, messages.LaneJob)
			inbox := w.listen(m.Header.Get(envelope.HeaderReply))
			for range 4 { // without Nats-Msg-Id the stream takes each
				w.enqueue(captured(m))
			}
			w.drained()
			w.wantSilence(inbox)
			wantTexts(t, w.texts("s"), c.after...)
			w.wantAudited("the replay", replayOf(m))
			if dead := w.count("dead_letters_total"); dead != 0 {
				t.Errorf("%v replays became dead letters", dead)
			}
		})
	}
}

// Copies that wait in the stream beside the job itself: one has its effect.
func TestReplayOfAJobBeforeItIsDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.dismiss()
	m := w.sign(storing("", "once").on(messages.LaneJob))
	inbox := w.listen(m.Header.Get(envelope.HeaderReply))
	for range 5 {
		w.enqueue(captured(m))
	}
	w.enlist()
	w.drained()
	wantDone(t, w.read(m, w.next(inbox)))
	w.wantSilence(inbox)
	wantTexts(t, w.texts("s"), "once")
}

// A worker took the job, and died before its effect. The same message again
// under its own sequence is the job, and under another one a replay, whichever
// of them comes first.
func TestRedeliveryOfAJobIsNoReplay(t *testing.T) {
	t.Parallel()
	for name, copiesFirst := range map[string]int{"the job first": 0, "copies first": 3} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 1, rig.Config(func(c *worker.Config) { c.JobInFlight = 1 }))
			w.dismiss()
			m := w.sign(storing("", "honest").on(messages.LaneJob))
			inbox := w.listen(m.Header.Get(envelope.HeaderReply))
			for range copiesFirst {
				w.enqueue(captured(m))
			}
			w.takeAs(m, "job:"+strconv.FormatUint(w.enqueue(m), 10))
			for range 3 - copiesFirst {
				w.enqueue(captured(m))
			}
			w.enlist()
			w.drained()
			wantDone(t, w.read(m, w.next(inbox)))
			w.wantSilence(inbox)
			wantTexts(t, w.texts("s"), "honest")
			w.wantAudited("the replay", replayOf(m))
		})
	}
}

// takeAs enters a request in the ledger as a worker does that then dies.
func (w *world) takeAs(m *nats.Msg, delivery string) {
	w.t.Helper()
	ledger, err := tiers.Open(w.t.Context(), w.Connect(), tiers.Config{L1: l1.Config{MaxBytes: 1 << 20}}, tiers.Deps{})
	if err != nil {
		w.t.Fatal(err)
	}
	first, err := ledger.Take(w.t.Context(), m.Header.Get(envelope.HeaderKey), m.Header.Get(envelope.HeaderID), delivery, time.Hour)
	if err != nil || !first {
		w.t.Fatalf("first %t, %v", first, err)
	}
	if err := ledger.Close(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// What is a replay is never decoded: the ledger comes before the body.
func TestTheLedgerComesBeforeTheBody(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	m := w.sign(letter{op: messages.OpStore, body: []byte(`{"session":`)})
	wantRefused(t, w.ask(m), messages.CodeBadJSON)
	wantRefused(t, w.ask(captured(m)), messages.CodeReplayed)
}
