package chaos

import (
	"context"
	"time"
)

// until polls, and fails the run if that takes too long.
func (r *run) until(limit time.Duration, what string, holds func() bool) bool {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for !holds() {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			r.h.blame("waited %v in vain until %s", limit, what)
			return false
		}
	}
	return true
}

// whole waits until every worker serves and every server knows the others' streams.
func (r *run) whole(ctx context.Context) bool {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for r.fleet.serving() < r.o.Workers || !r.led() {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

func (r *run) led() bool {
	for _, stream := range []string{"KV_ctx_short", "KV_ctx_ledger", "CTX_JOBS", "CTX_AUDIT"} {
		if r.backend.leader(stream) < 0 {
			return false
		}
	}
	return true
}
