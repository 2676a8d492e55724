package tiers

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

// logOf is an owner's log as it is.
func (w *world) logOf(wildcard string) []page.Stored {
	w.t.Helper()
	b, err := w.short.load(w.t.Context(), wildcard)
	if err != nil {
		w.t.Fatal(err)
	}
	return b.segs
}

func TestRemoveRemovesWhatItIsGivenAndNothingElse(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // an answer that is taken for a failure is asked for again
	defer cancel()
	w := newWorld(t, func(c *Config) { c.Compact.Disabled = true })
	w.fill(session("s"), 2*eraseBatch+20) // more than one batch
	w.fill(session("other"), 3)
	wildcard := ownerSubject(w.short.root, session("s"))
	segs := w.logOf(wildcard)
	kept := segs[len(segs)-1]
	for range 2 { // again: all gone already, which is no error
		if err := w.short.remove(ctx, wildcard, segs[:len(segs)-1]); err != nil {
			t.Fatal(err)
		}
	}
	await.That(t, "the newest alone is left", func() bool { // most removals are not answered
		left := w.logOf(wildcard)
		return len(left) == 1 && left[0].Seq == kept.Seq
	})
	if n := w.segments(session("other")); n != 3 {
		t.Errorf("%d of another session's 3 segments are left", n)
	}
	if err := w.short.remove(ctx, wildcard, nil); err != nil {
		t.Errorf("nothing to remove: %v", err)
	}
}

func TestWhatIsPastTheStreamIsGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(session("s"), 1)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := w.short.erase(ctx, 1<<40); err != nil {
		t.Fatal(err)
	}
}

// A bucket that an earlier version made refuses removals, and cannot be told
// otherwise: compaction must go on there.
func TestABucketThatRefusesRemovalsIsPurged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Compact.Disabled = true })
	w.refuseRemovals()
	w.fill(session("s"), 12)
	if err := w.short.erase(t.Context(), 1); !errors.Is(err, jet.ErrDenied) {
		t.Fatalf("a removal is answered with %v; the test needs a bucket that refuses", err)
	}
	if done, err := w.Compact(t.Context(), session("s")); !done || err != nil {
		t.Fatalf("%v, %v", done, err)
	}
	w.shrinks(session("s"), 2)
}

// refuseRemovals makes the bucket of sessions as earlier versions did.
func (w *world) refuseRemovals() {
	w.t.Helper()
	s, err := w.js.Stream(w.t.Context(), w.short.stream.Name)
	if err != nil {
		w.t.Fatal(err)
	}
	cfg := s.CachedInfo().Config
	cfg.DenyDelete = true
	if _, err := w.js.UpdateStream(w.t.Context(), cfg); err != nil {
		w.t.Fatal(err)
	}
}

// The oldest segment goes first and by itself: that it is there is the
// condition of a merge. A compactor that dies while it removes, or one that was
// paused and merges what is half removed, finds it gone and is refused.
func TestTheOldestSegmentIsRemovedFirstAndByItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Compact.Disabled = true })
	w.fill(session("s"), 12)
	wildcard := ownerSubject(w.short.root, session("s"))
	segs := w.logOf(wildcard)
	said := w.listen("$JS.API.STREAM.MSG.DELETE.>", nats.InboxPrefix+">")
	if err := w.short.remove(t.Context(), wildcard, segs); err != nil {
		t.Fatal(err)
	}
	const answers = 2 // to the first, and to the last of the others
	removals := said(len(segs) + answers)
	var asked []int // where requests are; the answer to one may be heard before it
	for i, m := range removals {
		if !strings.HasPrefix(m.Subject, nats.InboxPrefix) {
			asked = append(asked, i)
		}
	}
	oldest := removals[asked[0]]
	answered := slices.IndexFunc(removals, func(m *nats.Msg) bool { return m.Subject == oldest.Reply })
	if answered < 0 || answered > asked[1] {
		t.Fatalf("the first removal was answered at %d, and the second asked for at %d", answered, asked[1])
	}
	var first struct {
		Seq uint64 `json:"seq"`
	}
	if err := json.Unmarshal(oldest.Data, &first); err != nil || first.Seq != segs[0].Seq {
		t.Errorf("the first to be removed was %s, of the segments %d to %d: %v", oldest.Data, segs[0].Seq, segs[len(segs)-1].Seq, err)
	}
}

// listen hears what is said on some subjects; the function that it gives waits
// for so many messages, in the order of the server.
func (w *world) listen(subjects ...string) func(n int) []*nats.Msg {
	w.t.Helper()
	heard := make(chan *nats.Msg, 1024)
	nc := natstest.Connect(w.t, w.server)
	for _, subject := range subjects {
		if _, err := nc.ChanSubscribe(subject, heard); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := nc.Flush(); err != nil {
		w.t.Fatal(err)
	}
	return func(n int) []*nats.Msg {
		w.t.Helper()
		var all []*nats.Msg
		await.That(w.t, "all of it is heard", func() bool {
			for len(heard) > 0 {
				all = append(all, <-heard)
			}
			return len(all) >= n
		})
		return all
	}
}

// There, too, nothing stays of a merge that fails.
func TestPartsAreTakenBackWhereRemovalsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Compact.Disabled = true })
	w.refuseRemovals()
	w.fill(session("s"), 1)
	wildcard := ownerSubject(w.short.root, session("s"))
	segs := w.logOf(wildcard)
	data := merged(t, page.MergeOptions{}, segs...)
	second := func(before uint64) jet.Expected {
		return jet.Expected{Subject: wildcard, Seq: segs[0].Seq + before} // holds for the first alone
	}
	if err := w.short.putParts(t.Context(), wildcard, [][]byte{data, data}, second); !jet.Conflicted(err) {
		t.Errorf("a part that was refused: %v", err)
	}
	if n := w.segments(session("s")); n != 1 {
		t.Errorf("%d segments", n)
	}
}
