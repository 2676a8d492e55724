package attacks

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// elsewhere is a world of one worker that has not had the message, which another
// had: a second one, or the same before it started again. Its key may have three at
// once, and then one every 17 minutes.
func elsewhere(t *testing.T, l letter) (*world, *nats.Msg) {
	t.Helper()
	snail := envelope.Key{ID: "snail", Secrets: secrets("snail"), Tenants: []string{victim}, Grants: messages.Grants[:], Rate: 1e-3, Burst: 3}
	w := newWorld(t, 1, rig.Keys(append(everybody(), snail)...))
	m := w.sign(l.by("snail"))
	if l.lane == messages.LaneJob {
		wantDone(t, w.submit(m))
		w.drained()
	} else {
		wantDone(t, w.ask(m))
	}
	w.dismiss()
	w.enlist()
	return w, m
}

// Copies of a change that another worker had cost its key nothing of the rate, however
// many they are, and of a read one request at each worker that gets them.
func TestReplaysElsewhereDoNotUseUpTheKeysRate(t *testing.T) {
	t.Parallel()
	for name, l := range map[string]letter{
		"a change": storing("i", "once"),
		"a read":   listing(),
		"a bundle": together(messages.OpStore, storesFirst),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, m := elsewhere(t, l)
			first := "done" // of a read each worker takes one copy
			for range 10 {
				if a := w.ask(captured(m)); name != "a read" || first == "" {
					wantRefused(t, a, messages.CodeReplayed)
				}
				first = ""
			}
			wantDone(t, w.ask(w.sign(listing().by("snail"))))
		})
	}
}

// The same of jobs. None of the copies waits for the rate, or is a dead letter.
func TestReplaysOfAJobElsewhereDoNotUseUpTheKeysRate(t *testing.T) {
	t.Parallel()
	for name, l := range map[string]letter{
		"one":      storing("i", "once"),
		"a bundle": together(messages.OpStore, storesFirst, storesSecond),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, m := elsewhere(t, l.on(messages.LaneJob))
			for range 10 {
				w.enqueue(captured(m, withoutMsgID))
			}
			w.drained()
			wantDone(t, w.ask(w.sign(listing().by("snail"))))
			if n := w.count("jobs_rate_delayed_total"); n != 0 {
				t.Errorf("%v copies were put off", n)
			}
			if n := w.count("dead_letters_total"); n != 0 {
				t.Errorf("%v dead letters of copies", n)
			}
		})
	}
}

// The stream takes a message again without the id by which it knows it.
func withoutMsgID(m *nats.Msg) { delete(m.Header, envelope.HeaderMsgID) }

// A copy of a job that cannot wait for its key's rate is no dead letter: whoever
// replays that does again what was done.
func TestAReplayPastTheKeysRateIsNoDeadLetter(t *testing.T) {
	t.Parallel()
	l := storing("i", "once").on(messages.LaneJob)
	l.life = time.Minute // the next turn of the rate is later
	w, m := elsewhere(t, l)
	for range 3 {
		wantDone(t, w.ask(w.sign(listing().by("snail"))))
	}
	wantRefused(t, w.ask(w.sign(listing().by("snail"))), messages.CodeRateLimited)
	w.enqueue(captured(m, withoutMsgID))
	w.drained()
	if n := w.count("dead_letters_total"); n != 0 {
		t.Errorf("%v dead letters of a copy", n)
	}
	w.wantAudited("the replay", replayOf(m))
}
