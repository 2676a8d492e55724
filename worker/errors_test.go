package worker

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// That a tier did not answer in the time that the worker gave it, or because the
// worker was stopped, is no fault of the request. That a request's own time is
// over is, and so is work that takes too long with every answer there.
func TestWhoseEndItWasDecidesWhatAFailureIs(t *testing.T) {
	t.Parallel()
	now := time.Now()
	w := &Worker{deps: Deps{Clock: func() time.Time { return now }}}
	v := verifiedBy(t, envelope.Key{ID: "k"}, now) // expires after a second
	expired := &Worker{deps: Deps{Clock: v.Expires}}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	late := messages.Errorf(messages.CodeDeadline, "time was up")
	silent := messages.Errorf(messages.CodeUnavailable, "no answer").After(time.Second)
	plain := errors.New("still at it")
	replayed := messages.Errorf(messages.CodeReplayed, "it was here")
	type codes = map[error]messages.Code
	const unavailable, deadline = messages.CodeUnavailable, messages.CodeDeadline
	for name, c := range map[string]struct {
		w     *Worker
		ctx   context.Context
		limit time.Duration
		ended bool
		want  codes
	}{
		"the worker's time is over":      {w, t.Context(), time.Nanosecond, true, codes{late: unavailable, silent: unavailable, plain: deadline}},
		"of the worker's time was left":  {w, t.Context(), time.Second / 2, false, codes{late: unavailable, silent: unavailable}},
		"the request's time is over":     {expired, t.Context(), time.Hour, true, codes{late: deadline, silent: deadline, plain: deadline}},
		"of the request's time was left": {w, t.Context(), time.Hour, false, codes{late: deadline}},
		"the worker was stopped":         {w, stopped, time.Hour, true, codes{late: unavailable, silent: unavailable, plain: unavailable}},
	} {
		ctx, cancel := c.w.until(c.ctx, v, c.limit)
		defer cancel()
		if c.ended {
			<-ctx.Done()
		}
		c.want[replayed] = messages.CodeReplayed
		for err, want := range c.want {
			if got := refusal(ctx, err); got.Code != want {
				t.Errorf("%s: %v is taken for %v; want %s", name, err, got, want)
			}
		}
	}
	ctx, cancel := w.until(t.Context(), v, time.Nanosecond)
	defer cancel()
	if got := refusal(ctx, silent); got.RetryAfterMS != silent.RetryAfterMS {
		t.Errorf("a caller is told to wait for %d ms; the tier said %d", got.RetryAfterMS, silent.RetryAfterMS)
	}
}
