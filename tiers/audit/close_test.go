package audit

import (
	"context"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
)

func TestCloseDoesNotWaitForAcknowledgementsThatNeverCome(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Config{}, 20*time.Second)
	w.server.Shutdown() // takes the acknowledgement with it
	w.Record(messages.AuditEvent{Kind: messages.AuditRefused})
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if err := w.Close(ctx); err != nil {
		t.Fatalf("close: %v; an audit record without an answer is no reason to fail", err)
	}
	if n := testutil.ToFloat64(w.deps.Dropped); n != 1 {
		t.Errorf("%v records count as dropped; want 1", n)
	}
}

// What is being written when a close has no time left is given up then.
func TestCloseWithoutTimeLeavesNobodyAtWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Config{}, time.Hour)
	w.server.Shutdown() // so that the record is not acknowledged
	w.Record(messages.AuditEvent{Kind: messages.AuditRefused})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.Close(ctx); !messages.HasCode(err, messages.CodeDeadline) {
		t.Errorf("close: %v", err)
	}
	await.That(t, "nobody is at work", func() bool {
		select {
		case <-w.done:
			return true
		default:
			return false
		}
	})
}

func TestCloseIsBoundedByItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	stuck := &Writer{stop: make(chan struct{}), done: make(chan struct{}), giveUp: cancel}
	if err := stuck.Close(ctx); !messages.HasCode(err, messages.CodeDeadline) {
		t.Fatalf("error %v", err)
	}
}
