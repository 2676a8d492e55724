package worker

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/context-manager/context-manager/messages"
)

// maxBuckets is when idle buckets are looked for. Only keys of the ring get a
// bucket, so that the ring bounds them; this bounds what reloads leave behind.
const maxBuckets = 1024

// rates hold one token bucket a key. They are this worker's own: N workers
// let a key have up to N times its rate.
type rates struct {
	mu      sync.Mutex
	buckets map[string]*rate.Limiter
	sweepAt int
}

func newRates() *rates {
	return &rates{buckets: make(map[string]*rate.Limiter), sweepAt: maxBuckets}
}

// take spends one request of the key's rate. If there is none left it says how
// long to wait for one, and spends nothing.
func (r *rates) take(v messages.Verified, now time.Time) (wait time.Duration) {
	perSecond, burst := v.Rate()
	if perSecond <= 0 {
		return 0
	}
	return spend(r.bucket(v.KeyID(), rate.Limit(perSecond), max(burst, 1), now), now)
}

func spend(bucket *rate.Limiter, now time.Time) time.Duration {
	if bucket.AllowN(now, 1) {
		return 0
	}
	reservation := bucket.ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	reservation.CancelAt(now)
	return max(wait, time.Millisecond)
}

func (r *rates) bucket(key string, limit rate.Limit, burst int, now time.Time) *rate.Limiter {
	r.mu.Lock()
	defer r.mu.Unlock()
	bucket, ok := r.buckets[key]
	if !ok {
		r.sweep(now)
		bucket = rate.NewLimiter(limit, burst)
		r.buckets[key] = bucket
	}
	if bucket.Limit() != limit || bucket.Burst() != burst { // the ring was reloaded
		bucket.SetLimitAt(now, limit)
		bucket.SetBurstAt(now, burst)
	}
	return bucket
}

// sweep drops the buckets that are full again: they remember nothing. It runs
// when their number has doubled since the last time, so it costs little.
func (r *rates) sweep(now time.Time) {
	if len(r.buckets) < r.sweepAt {
		return
	}
	for key, bucket := range r.buckets {
		if bucket.TokensAt(now) >= float64(bucket.Burst()) {
			delete(r.buckets, key)
		}
	}
	r.sweepAt = max(maxBuckets, 2*len(r.buckets))
}
