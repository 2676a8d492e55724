package tiers

import (
	"context"
	"errors"
	"time"
)

// leastPatience is how long a tier is given before a missing answer is its own
// fault. A read answers in a fraction of a millisecond; a caller who allows
// less than this finds out nothing about the tier. If it counted, any key could
// have the tier left alone for everybody, by asking with deadlines that pass at once.
const leastPatience = 50 * time.Millisecond

// blame is what the breaker is told of an attempt that ended with err.
func (r *reading) blame(err error) error {
	if errors.Is(err, errTimeout) && r.budget < min(leastPatience, r.tier.cfg.Read.Attempt) {
		return context.DeadlineExceeded // the caller's
	}
	return err
}
