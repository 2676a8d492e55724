package streams

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func TestDriftIsCountedAndLeftAlone(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	made := ensured(t, server, Config{})
	other := ensured(t, server, Config{ShortMaxAge: time.Hour})
	short, long := OfBucket(made.Names.Short), OfBucket(made.Names.Long)
	if got := other.driftOf(t, short); got != 1 {
		t.Errorf("drift of %s is %v; want 1 setting", short, got)
	}
	if got := other.driftOf(t, long); got != 0 {
		t.Errorf("drift of %s is %v; want none", long, got)
	}
	if age := made.info(t, short).Config.MaxAge; age != made.cfg.ShortMaxAge {
		t.Errorf("the stream was changed: %v", age)
	}
}

// A byte limit that an operator has set is theirs to set. That there is none is said.
func TestAByteLimitIsNoDrift(t *testing.T) {
	t.Parallel()
	set := ensured(t, natstest.Start(t), Config{})
	for limit, want := range map[int64]float64{1 << 20: 0, 4 << 30: 0, -1: 1} {
		have := set.cfg.streams(set.Names, set.subjects)[1]
		wanted := have
		have.MaxBytes = limit
		if err := set.noteDrift(wanted, have); err != nil {
			t.Fatal(err)
		}
		if n := set.driftOf(t, set.Names.Dead); n != want {
			t.Errorf("a limit of %d: a drift of %v; want %v", limit, n, want)
		}
	}
}

// That a stream takes smaller messages than a worker sends is said, wherever it is.
func TestALimitOfMessagesIsDrift(t *testing.T) {
	t.Parallel()
	set := ensured(t, natstest.Start(t), Config{})
	for _, want := range set.wanted() {
		have := want
		have.MaxMsgSize = 1 << 20
		if err := set.noteDrift(want, have); err != nil {
			t.Fatal(err)
		}
		if n := set.driftOf(t, want.Name); n != 1 {
			t.Errorf("%s has a drift of %v; want 1 setting", want.Name, n)
		}
	}
}

// The jobs' consumer is compared while workers run, as streams are.
func TestDriftOfTheConsumerIsNoticedWhileWorkersRun(t *testing.T) {
	t.Parallel()
	set := ensured(t, natstest.Start(t), Config{})
	changed := set.cfg.consumer(set.Names)
	changed.AckWait, changed.MaxAckPending = time.Hour, 17
	if _, err := set.deps.JS.UpdateConsumer(t.Context(), set.Names.Jobs, changed); err != nil {
		t.Fatal(err)
	}
	set.Check(t.Context())
	if got := set.driftOf(t, set.Names.Consumer); got != 2 {
		t.Errorf("the consumer's drift is %v; want 2 settings", got)
	}
	have, err := set.deps.JS.Consumer(t.Context(), set.Names.Jobs, set.Names.Consumer)
	if err != nil || have.CachedInfo().Config.MaxAckPending != 17 {
		t.Errorf("the consumer was changed: %v", err)
	}
}

// What is gone differs, for as long as it is gone: it is counted, and said once.
func TestWhatIsGoneIsCountedAndSaidAndLeftToAnOperator(t *testing.T) {
	t.Parallel()
	set := ensured(t, natstest.Start(t), Config{})
	var log bytes.Buffer
	set.deps.Log = zerolog.New(&log)
	js, short := set.deps.JS, OfBucket(set.Names.Short)
	for _, c := range []struct {
		name   string
		remove func() error
		gone   []string // with what is removed
	}{
		{"a bucket", func() error { return js.DeleteStream(t.Context(), short) }, []string{short}},
		{"the consumer", func() error { return js.DeleteConsumer(t.Context(), set.Names.Jobs, set.Names.Consumer) }, []string{set.Names.Consumer}},
		{"the jobs", func() error { return js.DeleteStream(t.Context(), set.Names.Jobs) }, []string{set.Names.Jobs, set.Names.Consumer}},
		{"a bucket again", func() error { return js.DeleteStream(t.Context(), short) }, []string{short}},
	} {
		if err := c.remove(); err != nil {
			t.Fatal(err)
		}
		log.Reset()
		set.Check(t.Context())
		set.Check(t.Context())
		for _, name := range set.names() {
			want := 0
			if slices.Contains(c.gone, name) {
				want = 1
			}
			if got := set.driftOf(t, name); got != float64(want) {
				t.Errorf("without %s, %s differs in %v settings; want %d", c.name, name, got, want)
			}
			if got := strings.Count(log.String(), `"stream":"`+name+`"`); got != want {
				t.Errorf("without %s, %s is spoken of %d times; want %d: %s", c.name, name, got, want, &log)
			}
		}
		if _, err := js.Stream(t.Context(), short); slices.Contains(c.gone, short) && !errors.Is(err, jetstream.ErrStreamNotFound) {
			t.Errorf("%s was made anew: %v", short, err)
		}
		if err := set.Ensure(t.Context()); err != nil { // as another worker that starts
			t.Fatal(err)
		}
		set.Check(t.Context())
		for _, name := range c.gone {
			if got := set.driftOf(t, name); got != 0 {
				t.Errorf("%s is there again, and differs in %v settings", name, got)
			}
		}
	}
}

// Of what does not answer nothing is known: it is counted as it was.
func TestWhatDoesNotAnswerIsNotGone(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	ensured(t, server, Config{})
	nc := natstest.Connect(t, server)
	set := newSet(t, nc, Config{ShortMaxAge: time.Hour}, jet.Backoff{})
	if err := set.Ensure(t.Context()); err != nil {
		t.Fatal(err)
	}
	nc.Close()
	set.Check(t.Context())
	for _, name := range set.names() {
		want := 0.0
		if name == OfBucket(set.Names.Short) {
			want = 1
		}
		if got := set.driftOf(t, name); got != want {
			t.Errorf("%s, of which nothing is heard, differs in %v settings; want %v as before", name, got, want)
		}
	}
}
