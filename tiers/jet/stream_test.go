package jet

import (
	"errors"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/await"
)

func TestTheLackOfALeaderPasses(t *testing.T) {
	t.Parallel()
	if !Transient(errLeaderless) || !errors.Is(errLeaderless, nats.ErrNoResponders) {
		t.Error("the lack of a leader is taken for lasting")
	}
}

// What is asked of a leader is one message, by its subject or by what comes next.
func TestALeaderGivesOneMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.stream.Last(t.Context(), "log.a.i", testWait); !errors.Is(err, ErrNone) {
		t.Errorf("the last of nothing: %v", err)
	}
	msg := &nats.Msg{Subject: "log.a.i", Data: []byte("1")}
	seq, err := w.mux.Publish(t.Context(), msg, Expected{Subject: wildcard("a"), Mark: "Again"}, 0, testWait)
	if err != nil {
		t.Fatal(err)
	}
	last, err := w.stream.Last(t.Context(), "log.a.i", testWait)
	if err != nil || last.Seq != seq || string(last.Data) != "1" || last.Subject != "log.a.i" {
		t.Fatalf("%+v, %v", last, err)
	}
	if h := last.Header(); h.Get("Again") != "1" || h.Get(jetstream.ExpectedLastSubjSeqSubjHeader) != wildcard("a") {
		t.Errorf("stored with %v", h)
	}
	if next, err := w.stream.Next(t.Context(), wildcard("a"), 1, testWait); err != nil || next.Seq != seq {
		t.Errorf("%+v, %v", next, err)
	}
	if _, err := w.stream.Next(t.Context(), wildcard("a"), seq+1, testWait); !errors.Is(err, ErrNone) {
		t.Errorf("past the end: %v", err)
	}
	if _, err := w.mux.Publish(t.Context(), msg, Expected{Subject: wildcard("a")}, 0, testWait); !Conflicted(err) {
		t.Errorf("under a condition that does not hold: %v", err)
	}
}

func TestALeaderTellsHowItsStreamIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.put("b", "i", "1")
	seq := w.put("a", "i", "1")
	info, err := w.stream.Info(t.Context(), wildcard("a"), testWait)
	if err != nil || info.State.LastSeq != seq || info.Total != 1 || info.State.Subjects["log.a.i"] != 1 {
		t.Fatalf("%+v, %v", info, err)
	}
	if err := w.stream.Purge(t.Context(), wildcard("a"), seq, testWait); err != nil {
		t.Fatal(err)
	}
	if err := w.stream.Remove(t.Context(), []uint64{seq - 1, 1 << 40}, testWait); err != nil {
		t.Fatal(err)
	}
	await.That(t, "all is removed", func() bool { // the answer is to the last removal alone
		info, err = w.stream.Info(t.Context(), "", testWait)
		return err == nil && info.State.Msgs == 0
	})
	if info.State.LastSeq != seq {
		t.Errorf("%+v", info)
	}
}
