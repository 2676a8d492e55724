package page

import (
	"errors"
	"time"
)

// ErrNotReached is in a View's Err when the tier answered, and had not come to
// the revision that its caller asks for: that says nothing against the tier.
var ErrNotReached = errors.New("it has not yet reached the revision asked for")

// A View is what was read of one owner.
type View struct {
	// Page is the owner's items. The zero Page has none.
	Page Page
	// Revision is the stream sequence up to which the page is complete.
	Revision uint64
	// Age is how long ago the page was last known to be fresh; 0 if just now.
	Age time.Duration
	// Stale is set when the page could not be brought up to date.
	Stale bool
	// Loaded is how many bytes of segments were read for it, Whole that these are
	// all that the owner has in its log, and not what is newer than a page.
	Loaded int
	Whole  bool
	// Hit is set when the page came from L1.
	Hit bool
	// Err is why the tier failed, nil if it did not. A page from L1 may be there all the same.
	Err error
}

// A Condition is what must hold for a segment to be appended.
type Condition struct {
	// Unchanged requires that the owner's newest segment still has sequence
	// LastSegment (0: that the owner has no segment). Otherwise it is enough
	// that no segment of this name exists.
	Unchanged   bool
	LastSegment uint64
	// Again says that the same segment may have been written before without
	// Unchanged, and that nothing is known of it: that publish may still be on
	// its way, so the name must not soon be free again.
	Again bool
}

// Freshness is what a read asks of its views.
type Freshness struct {
	// MaxStale lets L1 answer alone if its page was known fresh this recently. 0 means ask.
	MaxStale time.Duration
	// MinSession and MinUser are the sequences that the views must have reached.
	MinSession, MinUser uint64
	// Reload reads the whole log anew, past L1, of the stream's leader: for changes that depend on it.
	Reload bool
}
