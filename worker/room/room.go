package room

import (
	"context"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/operations"
)

// A Room is the reader that operations read through. What is read under a
// context of Enter takes room; what is read under another takes none.
type Room struct {
	inner      operations.Reader
	asks, jobs part
	most       int64 // bytes of either
	sizes      *pageSizes
	retryAfter time.Duration
}

// A part is what the requests of one lane have of the room.
type part struct {
	bytes   *semaphore.Weighted
	unknown *semaphore.Weighted // reads of owners whose size is not known
}

// mostUnknown is how many of a lane's requests may read owners of unknown size at
// once. They take the room of ordinary ones, and each may turn out to be one that
// fills it.
const mostUnknown = 8

func newPart(bytes int64) part {
	return part{bytes: semaphore.NewWeighted(bytes), unknown: semaphore.NewWeighted(mostUnknown)}
}

// New makes the room before a reader. The requests of each lane may hold half of
// so many bytes. Who finds no room is told to come again after retryAfter.
func New(inner operations.Reader, bytes int64, retryAfter time.Duration) *Room {
	half := bytes / 2
	return &Room{
		inner: inner, asks: newPart(bytes - half), jobs: newPart(half),
		most: half, sizes: newPageSizes(), retryAfter: retryAfter,
	}
}

// Most is how many bytes the requests of one lane may hold, and so how many an
// owner may come to have.
func (r *Room) Most() int64 { return r.most }

// AtLeast is how many bytes an owner's page and log have at the least, if
// nothing was removed; 0 of an owner that is not known.
func (r *Room) AtLeast(o messages.Owner) (page, log int64) { return r.sizes.atLeast(o) }

// Unseen adds to how many bytes were to be stored with an owner since it was last
// read as it is, and tells how many that makes.
func (r *Room) Unseen(o messages.Owner, more int64) int64 { return r.sizes.unseen(o, more) }

// A stay is what one request holds of the room: the page of the session and
// that of the user, as it read each last.
type stay struct {
	*Room
	lane  messages.Lane
	pages [messages.UserOwner + 1]int64 // bytes, by the kind of owner
	bytes int64                         // held for them
}

type stayKey struct{}

// Enter opens a stay for one request of a lane: what is read under the context
// is held until leave is called.
func (r *Room) Enter(ctx context.Context, lane messages.Lane) (_ context.Context, leave func()) {
	s := &stay{Room: r, lane: lane}
	return context.WithValue(ctx, stayKey{}, s), s.leave
}

// Read reads once there is room. Without it the views say so, with CodeOverloaded.
func (r *Room) Read(ctx context.Context, session, user messages.Owner, f page.Freshness) (s, u page.View) {
	mine, ok := ctx.Value(stayKey{}).(*stay)
	if !ok {
		return r.inner.Read(ctx, session, user, f)
	}
	if mine.lane == messages.LaneJob {
		mine.leave() // whom it waits for may wait for what it holds
	}
	// What is reloaded is shared with nobody, so that many would load an owner
	// at once before the first knows how large it is.
	if f.Reload {
		defer r.sizes.alone(ctx, session)()
		defer r.sizes.alone(ctx, user)()
	}
	needs := r.sizes.need(session, user, f.Reload)
	if !needs.known {
		met, err := mine.meet(ctx)
		if err != nil {
			return refusedView(session, err), refusedView(user, err)
		}
		defer met()
		needs = r.sizes.need(session, user, f.Reload) // another may have read them meanwhile
	}
	// What it read before of the same owner is of no use any more.
	if err := mine.hold(ctx, session, needs.session, user, needs.user); err != nil {
		return refusedView(session, err), refusedView(user, err)
	}
	s, u = r.inner.Read(ctx, session, user, f)
	if err := mine.hold(ctx, session, r.sizes.learn(session, s, f.Reload), user, r.sizes.learn(user, u, f.Reload)); err != nil {
		return refusedView(session, err), refusedView(user, err)
	}
	return s, u
}

// meet waits while as many read owners of unknown size as may at once, and gives what
// to call when the size is known. Who waits for room meanwhile waits for none who waits
// here: jobs hold nothing, and asks that find no room do not wait for it.
func (s *stay) meet(ctx context.Context) (met func(), err error) {
	unknown := s.part().unknown
	if err := unknown.Acquire(ctx, 1); err != nil {
		return nil, messages.Caused(messages.CodeOverloaded, err, noRoom).After(s.retryAfter)
	}
	return func() { unknown.Release(1) }, nil
}

func refusedView(o messages.Owner, err error) page.View {
	if !o.Present() {
		return page.View{}
	}
	return page.View{Err: err}
}

// hold makes the stay hold this much for these owners, and as before for the
// other that it has read. What is larger than the room has it alone.
func (s *stay) hold(ctx context.Context, session messages.Owner, ofSession int64, user messages.Owner, ofUser int64) error {
	s.pages[session.Kind], s.pages[user.Kind] = ofSession, ofUser
	bytes := min(s.pages[messages.SessionOwner]+s.pages[messages.UserOwner], s.most)
	if bytes > s.bytes {
		return s.take(ctx, bytes)
	}
	s.part().bytes.Release(s.bytes - bytes)
	s.bytes = bytes
	return nil
}

// take takes more. An ask that finds no room is refused at once, and a job
// waits, without what it held: those that wait for each other's room would wait for ever.
func (s *stay) take(ctx context.Context, bytes int64) error {
	if s.lane == messages.LaneJob {
		s.leave()
		if err := s.jobs.bytes.Acquire(ctx, bytes); err != nil {
			return messages.Caused(messages.CodeOverloaded, err, noRoom).After(s.retryAfter)
		}
	} else if !s.asks.bytes.TryAcquire(bytes - s.bytes) {
		return messages.Errorf(messages.CodeOverloaded, noRoom).After(s.retryAfter)
	}
	s.bytes = bytes
	return nil
}

const noRoom = "this worker has no room for what the session or user has: try again, another may answer"

// leave gives back what is held.
func (s *stay) leave() {
	s.part().bytes.Release(s.bytes)
	s.bytes = 0
}

// part is what the stay's lane has of the room.
func (s *stay) part() part {
	if s.lane == messages.LaneJob {
		return s.jobs
	}
	return s.asks
}
