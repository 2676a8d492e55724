package client

import (
	"errors"
	"fmt"
	"net"
	"os"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/messages"
)

func TestPausesDoubleWithinAQuarterUpToTheCap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 1000).Draw(t, "n")
		chance := rapid.Float64Range(0, 1).Draw(t, "chance")
		middle := maxPause
		if n < 10 {
			middle = min(maxPause, firstPause<<n)
		}
		got := pauseAfter(n, chance)
		if got < middle*3/4 || got > middle*5/4 || got > maxPause {
			t.Fatalf("pause %d is %v; want %v, a quarter more or less, at most %v", n, got, middle, maxPause)
		}
	})
}

func TestWhatIsTriedAgainAndWhatMayHaveTakenEffect(t *testing.T) {
	t.Parallel()
	unsigned := func(code messages.Code) error {
		return fmt.Errorf("%w: %w", ErrUnauthenticated, messages.Errorf(code, "x"))
	}
	for _, test := range []struct {
		err                  error
		retryable, ambiguous bool
	}{
		{ErrNoWorkers, true, true},
		{ErrNoStream, true, true},
		{ErrNotConnected, true, false},
		{fmt.Errorf("x: %w", nats.ErrReconnectBufExceeded), true, false},
		{ErrNoReply, true, true},
		{ErrReplyNotVerified, true, true},
		{ErrClosed, false, true},
		{fmt.Errorf("x: %w", &net.OpError{Op: "write", Err: os.ErrDeadlineExceeded}), true, true},
		{errors.New("something else"), false, true},
		{messages.Errorf(messages.CodeOverloaded, "x"), true, false},
		{messages.Errorf(messages.CodeDraining, "x"), true, false},
		{messages.Errorf(messages.CodeRateLimited, "x"), true, true},
		{messages.Errorf(messages.CodeUnavailable, "x"), true, true},
		{messages.Errorf(messages.CodeDeadline, "x"), true, true},
		{messages.Errorf(messages.CodeInternal, "x"), false, true},
		{messages.Errorf(messages.CodeConflict, "x"), false, false},
		{unsigned(messages.CodeOverloaded), true, true},
		{unsigned(messages.CodeDraining), true, true},
		{unsigned(messages.CodeUnauthorized), false, true},
	} {
		if got := retryable(test.err); got != test.retryable {
			t.Errorf("%v: tried again %t; want %t", test.err, got, test.retryable)
		}
		if got := ambiguous(test.err); got != test.ambiguous {
			t.Errorf("%v: may have taken effect %t; want %t", test.err, got, test.ambiguous)
		}
	}
}

// However long a worker asks to wait, it is no shorter than what it asked before.
func TestAWaitOfAnyLengthIsAWait(t *testing.T) {
	t.Parallel()
	for _, ms := range []int64{1, 1 << 53, 9_223_372_036_855, 1<<63 - 1} {
		if got := retryAfter(&messages.Error{Code: messages.CodeRateLimited, RetryAfterMS: ms}); got < time.Millisecond {
			t.Errorf("%d ms are a wait of %v", ms, got)
		}
	}
}

func TestEachTryMayTakeLongerAndTheLastAllThatIsLeft(t *testing.T) {
	t.Parallel()
	now := time.UnixMilli(1_000_000)
	s := schedule{clock: func() time.Time { return now }, end: now.Add(10 * time.Second), attempt: 2 * time.Second, retries: 2}
	for n, want := range []time.Duration{2 * time.Second, 4 * time.Second, 10 * time.Second} {
		if got := s.length(n); got != want {
			t.Errorf("try %d may take %v; want %v", n, got, want)
		}
	}
	s.retries = 1000
	if got := s.length(900); got != 10*time.Second {
		t.Errorf("try 900 may take %v; want 10s", got)
	}
	now = now.Add(9 * time.Second)
	if got := s.length(0); got != time.Second {
		t.Errorf("near the end a try may take %v; want 1s", got)
	}
}

// A try that has no answer, since its message was lost, is not the last one,
// however often the call was refused before.
func TestATryThatIsLostLeavesTimeForOthers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		call    time.Duration
		retries int
	}{{5 * time.Minute, 20}, {5 * time.Minute, DefaultRetries}, {time.Hour, 100}} {
		now := time.UnixMilli(1_000_000)
		s := schedule{
			clock: func() time.Time { return now }, end: now.Add(test.call),
			attempt: DefaultAttemptTimeout, retries: test.retries,
		}
		refusals, final := 0, 0
		for n := 0; s.again(n, ErrNoReply, maxPause+longTry); n++ {
			begun := now
			now = now.Add(s.length(n))
			if !s.follows(n, ErrNoReply) {
				final++
			}
			now = begun.Add(pauseAfter(n, 1))
			refusals++
		}
		if final > 0 {
			t.Errorf("a call of %v with %d retries: after %d of %d numbers of refusals a lost message would be the last", test.call, test.retries, final, refusals)
		}
	}
}

// A try may take its share of what is left of a call, however long that is, and
// always what was asked for.
func TestALongCallHasLongTries(t *testing.T) {
	t.Parallel()
	now := time.UnixMilli(1_000_000)
	s := schedule{clock: func() time.Time { return now }, end: now.Add(24 * time.Hour), attempt: time.Minute, retries: 5}
	for n, minutes := range []float64{1, 2, 4, 8, 16, 24 * 60} {
		if got := s.length(n); got.Minutes() != minutes {
			t.Errorf("try %d may take %v; want %v minutes", n, got, minutes)
		}
	}
	s.end = now.Add(2 * time.Minute)
	if got := s.length(4); got != time.Minute {
		t.Errorf("near the end a try may take %v; want what was asked for", got)
	}
}
