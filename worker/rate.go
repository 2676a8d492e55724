package worker

import (
	"container/heap"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// maxBuckets is when idle buckets are looked for. Only keys of the ring get a
// bucket, so that the ring bounds them; this bounds what reloads leave behind.
const maxBuckets = 1024

// rates hold one token bucket a key. They are this worker's own: N workers
// let a key have up to N times its rate.
type rates struct {
	mu      sync.Mutex
	buckets map[string]*bucket
	sweepAt int
}

// A bucket is what a key may have now, when jobs that were put off are to come
// again, and those that have not.
type bucket struct {
	tokens  *rate.Limiter
	returns *rate.Limiter
	away    absences
}

func newRates() *rates {
	return &rates{buckets: make(map[string]*bucket), sweepAt: maxBuckets}
}

// take spends so many requests of the key's rate. If there is none left it says how
// long to wait for one, and spends nothing. If there is one, those past what is
// left are owed: several that come together need not wait for one moment in which
// the rate has them all, which never comes if they are more than its burst.
func (r *rates) take(v envelope.Verified, requests int, now time.Time) (wait time.Duration) {
	b := r.bucket(v, now)
	if b == nil {
		return 0
	}
	if requests > 1 { // of two at the same moment the second sees what the first owes
		r.mu.Lock()
		defer r.mu.Unlock()
	}
	if b.tokens.AllowN(now, 1) {
		owe(b.tokens, requests-1, now)
		return 0
	}
	return b.next(now)
}

// overdraw spends so many requests of the key's rate, of which there is none left.
func (r *rates) overdraw(v envelope.Verified, requests int, now time.Time) {
	if b := r.bucket(v, now); b != nil {
		owe(b.tokens, requests, now)
	}
}

// giveBack undoes what take spent.
func (r *rates) giveBack(v envelope.Verified, requests int, now time.Time) {
	if b := r.bucket(v, now); b != nil {
		b.tokens.ReserveN(now, -requests) // of less than nothing: the burst stays the most that is there
	}
}

// owe spends what may not be there yet: nobody has any of it before it is paid.
func owe(l *rate.Limiter, tokens int, now time.Time) {
	for ; tokens > 0; tokens -= l.Burst() {
		l.ReserveN(now, min(tokens, l.Burst()))
	}
}

// longestWait is the most that anybody is told to wait for a token.
const longestWait = 365 * 24 * time.Hour

// next is how long the next token takes, of which there is none now. It only
// looks: of two reservations that overlap, both given back, one token stays spent.
func (b *bucket) next(now time.Time) time.Duration {
	return max(paying(1-b.tokens.TokensAt(now), b.tokens.Limit()), time.Millisecond)
}

// paying is how long so many tokens take, if that is not longer than anybody is told to wait.
func paying(tokens float64, limit rate.Limit) time.Duration {
	return time.Duration(min(tokens/float64(limit), longestWait.Seconds()) * float64(time.Second))
}

// A lateness is that of a job whose key's rate is used up.
type lateness struct {
	requests int
	bytes    int64
	again    bool // it was delivered before
	bounds   putOffBounds
	least    time.Duration // to stay away: less only if its life is over sooner
	shortest time.Duration // with less than this left of its life it is too late
	left     time.Duration // of its life
}

// putOff says for how long a job that is put off should stay away, or why it
// may not be. Jobs of one key are told to come one after the other, as fast as
// its rate allows: all at once they would only be put off again, and however
// many they are, no more are delivered than can be done.
func (r *rates) putOff(v envelope.Verified, now time.Time, job lateness) (time.Duration, *messages.Error) {
	b := r.bucket(v, now)
	if b == nil {
		return job.least, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	b.payFirst(now)
	turn := b.returns.ReserveN(now, 1)
	wait := min(turn.DelayFrom(now), longestWait) + paying(1, b.returns.Limit())
	if why := b.refuses(now, wait, job); why != "" {
		turn.CancelAt(now)
		return 0, messages.Errorf(messages.CodeRateLimited, "the key's rate is used up, and %s: send less at once, or ask for a higher rate", why).After(wait)
	}
	owe(b.returns, job.requests-1, now)
	wait = max(wait, min(job.least, job.left*3/4))
	heap.Push(&b.away, absence{until: now.Add(wait), bytes: job.bytes})
	return wait, nil
}

// payFirst has the next turn come no sooner than what is owed is paid: jobs whose
// turn came before would be delivered in vain, and take up another.
func (b *bucket) payFirst(now time.Time) {
	owe(b.returns, int(math.Ceil(b.returns.TokensAt(now)-1-b.tokens.TokensAt(now))), now)
}

// refuses tells why a job whose turn comes after a wait cannot be put off, "" if it can.
func (b *bucket) refuses(now time.Time, wait time.Duration, job lateness) string {
	switch {
	case wait > job.left || job.left < job.shortest:
		return "does not come to this job before it expires"
	case !b.away.fit(now, job.bytes, job.again, job.bounds):
		return "it has as many jobs put off as it may"
	default:
		return ""
	}
}

// bucket is the key's, nil if the key has no limit.
func (r *rates) bucket(v envelope.Verified, now time.Time) *bucket {
	perSecond, burst := v.Rate()
	if perSecond <= 0 {
		return nil
	}
	limit := rate.Limit(perSecond)
	burst = max(burst, 1)
	r.mu.Lock()
	defer r.mu.Unlock()
	b, ok := r.buckets[v.KeyID()]
	if !ok {
		r.sweep(now)
		b = &bucket{tokens: rate.NewLimiter(limit, burst), returns: rate.NewLimiter(limit, 1)}
		r.buckets[v.KeyID()] = b
	}
	if b.tokens.Limit() != limit || b.tokens.Burst() != burst { // the ring was reloaded
		b.tokens.SetLimitAt(now, limit)
		b.tokens.SetBurstAt(now, burst)
		b.returns.SetLimitAt(now, limit)
	}
	return b
}

// sweep drops the buckets that are full again: they remember nothing. It runs
// when their number has doubled since the last time, so it costs little.
func (r *rates) sweep(now time.Time) {
	if len(r.buckets) < r.sweepAt {
		return
	}
	for key, b := range r.buckets {
		if b.tokens.TokensAt(now) >= float64(b.tokens.Burst()) && b.returns.TokensAt(now) >= 1 && b.away.empty(now) {
			delete(r.buckets, key)
		}
	}
	r.sweepAt = max(maxBuckets, 2*len(r.buckets))
}
