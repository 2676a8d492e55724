package worker

import (
	"context"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// A room bounds how many bytes of pages the requests of each lane may hold.
// What an owner has is read whole, so a flood of small requests about a large
// owner would fill this worker's memory, and its connection, though their own
// bytes are few. It stands between operations and tiers: whoever reads takes
// the room that the pages had last time, and is refused if there is none.
type room struct {
	Reader
	asks, jobs *semaphore.Weighted
	most       int64 // of either
	sizes      *pageSizes
	retryAfter time.Duration
}

func newRoom(inner Reader, cfg Config) *room {
	half := cfg.PageBytes / 2
	return &room{
		Reader: inner, asks: semaphore.NewWeighted(cfg.PageBytes - half), jobs: semaphore.NewWeighted(half),
		most: half, sizes: newPageSizes(), retryAfter: cfg.RetryAfter,
	}
}

// A stay is what one request holds of the room.
type stay struct {
	*room
	lane  messages.Lane
	bytes int64
}

type stayKey struct{}

// enter opens a stay for the work under the context, which ends with leave.
func (r *room) enter(ctx context.Context, lane messages.Lane) (_ context.Context, leave func()) {
	s := &stay{room: r, lane: lane}
	return context.WithValue(ctx, stayKey{}, s), s.leave
}

// Read reads once there is room. Without it the views say so.
func (r *room) Read(ctx context.Context, session, user messages.Owner, f page.Freshness) (s, u page.View) {
	mine, ok := ctx.Value(stayKey{}).(*stay)
	if !ok {
		return r.Reader.Read(ctx, session, user, f)
	}
	// What is reloaded is shared with nobody, so that many would load an owner
	// at once before the first knows how large it is.
	if f.Reload {
		defer r.sizes.alone(ctx, session)()
		defer r.sizes.alone(ctx, user)()
	}
	mine.leave() // what it read before is of no use any more
	if err := mine.take(ctx, r.sizes.of(session)+r.sizes.of(user)); err != nil {
		return refusedView(session, err), refusedView(user, err)
	}
	s, u = r.Reader.Read(ctx, session, user, f)
	if err := mine.take(ctx, r.sizes.learn(session, s)+r.sizes.learn(user, u)); err != nil {
		return refusedView(session, err), refusedView(user, err)
	}
	return s, u
}

func refusedView(o messages.Owner, err error) page.View {
	if !o.Present() {
		return page.View{}
	}
	return page.View{Err: err}
}

// take makes the stay hold this many bytes. An ask that finds no room is
// refused at once, and a job waits, without what it held: those that wait for
// each other's room would wait for ever. What is larger than the room has it alone.
func (s *stay) take(ctx context.Context, bytes int64) error {
	if bytes = min(bytes, s.most); bytes <= s.bytes {
		return nil
	}
	if s.lane == messages.LaneJob {
		s.leave()
		if err := s.jobs.Acquire(ctx, bytes); err != nil {
			return messages.Caused(messages.CodeOverloaded, err, noRoom).After(s.retryAfter)
		}
	} else if !s.asks.TryAcquire(bytes - s.bytes) {
		return messages.Errorf(messages.CodeOverloaded, noRoom).After(s.retryAfter)
	}
	s.bytes = bytes
	return nil
}

const noRoom = "this worker has no room for what the session or user has: try again, another may answer"

// leave gives back what is held.
func (s *stay) leave() {
	held := s.asks
	if s.lane == messages.LaneJob {
		held = s.jobs
	}
	held.Release(s.bytes)
	s.bytes = 0
}
