package operations

import (
	"context"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/analyze"
)

// A Reader reads what owners have, a session and a user at the same time. An
// owner that is not present reads as an empty view. What went wrong is in the views.
type Reader interface {
	Read(ctx context.Context, session, user messages.Owner, f page.Freshness) (s, u page.View)
}

// A Log appends segments to owners' logs.
type Log interface {
	// Append writes a segment under a name that is unique in the owner, if the
	// condition holds, else fails with CodeConflict. It returns the stream sequence.
	Append(ctx context.Context, o messages.Owner, name string, segment []byte, c page.Condition) (seq uint64, err error)
	// Applied tells whether a segment of this name was ever written, and at
	// which sequence, as of a revision that was seen or later.
	Applied(ctx context.Context, o messages.Owner, name string, seen uint64) (seq uint64, done bool, err error)
	// Unchanged proves that the owner's newest segment is this one, 0 for
	// none, else fails with CodeConflict.
	Unchanged(ctx context.Context, o messages.Owner, lastSegment uint64) error
}

// Sizes tell how large owners are.
type Sizes interface {
	// AtLeast is how many bytes an owner's page and log have at the least, if
	// nothing was removed; 0 of an owner that is not known.
	AtLeast(o messages.Owner) (page, log int64)
	// Unseen adds to how many bytes were to be stored with an owner since it was last
	// read as it is, and tells how many that makes.
	Unseen(o messages.Owner, more int64) int64
}

// Deps are what operations work with. All of them are required.
type Deps struct {
	Reader   Reader
	Log      Log
	Sizes    Sizes
	Analyzer *analyze.Analyzer
	Clock    func() time.Time
	// Stamp is the time that what is written is dated by, from which on counts for
	// how long it is remembered.
	Stamp func() time.Time
	// Pause waits between two tries of a change that others did not let through,
	// after the first with attempt 0. It fails if ctx ends first.
	Pause func(ctx context.Context, attempt int) error
	// MostOwner is how many bytes one owner may come to have.
	MostOwner int64
	// MaxPayload is the most bytes that one message may have, by the server's word.
	MaxPayload func() int64
	// Assembled is told how many tokens a context came to.
	Assembled func(messages.TokenCount)
}
