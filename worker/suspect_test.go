package worker

import (
	"bytes"
	"context"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers"
)

// A job that kills its workers comes again at the same moment as those that were at
// work beside it, and kills again before they are done. They are as often without a
// result as it is, and are not buried with it.
func TestWhatWasAtWorkBesidePoisonIsNotBuriedWithIt(t *testing.T) {
	t.Parallel()
	for name, innocent := range map[string]call{"a change": aStore, "a read": aList} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const attempts = 2
			r := newRig(t)
			var kills atomic.Int64
			r.start(options{
				tiers:  func(c *tiers.Config) { c.Streams.AckWait = 2 * time.Second },
				config: func(c *Config) { c.MaxAttempts = attempts },
				worker: func(w *Worker) {
					w.atCheckpoint = func(c checkpoint, v envelope.Verified) {
						before := kills.Load()
						switch poison := bytes.Contains(v.Body(), []byte("poison")); {
						case poison && c == afterEffect:
							kills.Add(1)
							runtime.Goexit()
						case !poison && c == afterLedger && before < attempts:
							await.That(t, "it is killed", func() bool { return kills.Load() > before })
							runtime.Goexit()
						}
					}
				},
			})
			inbox, got := r.spy()
			r.publish(stores.with(func(c *call) { c.body = turn("poison") }))
			r.publish(innocent.with(func(c *call) { c.reply = inbox }))
			r.idle()
			if answers := got(); len(answers) != 1 || answers[0].Header.Get(envelope.HeaderErrorCode) != "" {
				t.Errorf("answers %+v; want that it was done", answers)
			}
			if letters := r.deadLetters(); len(letters) != 1 || !bytes.Contains(letters[0].Data, []byte("poison")) {
				t.Errorf("%d dead letters; want that of the poison", len(letters))
			}
		})
	}
}

// One at a time is carried out of what is suspect, or what kills would have others
// begun twice as well. Who waits is not begun, and not to blame: it comes again.
func TestOfWhatIsSuspectOneIsDoneAtATime(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.make(options{config: func(c *Config) { c.MaxAttempts = 2 }})
	b := w.bundled(t, r, stores.together(t, turn("a"), turn("b")), time.Minute)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	w.atCheckpoint = func(c checkpoint, v envelope.Verified) {
		if c == afterEffect && v.ID() == b.parts[0].ID() {
			if got := b.jobOf(b.parts[1]).alone(t.Context(), over, b.parts[1].Verified); got.verdict != tryAgain {
				t.Errorf("beside another: %+v; want it to come again", got)
			}
			if n := r.begunAlone("begun"); n != 1 {
				t.Errorf("%d are begun; want the one", n)
			}
		}
	}
	for place := range 2 {
		if got := b.jobOf(b.parts[place]).alone(t.Context(), t.Context(), b.parts[place].Verified); got.verdict != acknowledge {
			t.Errorf("request %d: %+v; want it done", place, got)
		}
	}
	if n := r.begunAlone("begun"); n != 2 {
		t.Errorf("%d are begun in the end; want both", n)
	}
}
