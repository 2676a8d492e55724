package operations

import (
	"context"
	"slices"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// logShare is how many times what an owner may have its log may come to:
// versions that are superseded stay in it until compaction removes them, and
// until then every change loads them.
const logShare = 3

// compactionWait is how long whoever made a log too long should wait: about as
// long as compaction takes to come to it.
const compactionWait = 2 * time.Second

// unseenShare is how many times more an owner may have than a worker stores with it
// without a look at what it has by then: others may each store as much meanwhile.
const unseenShare = 16

// mostUnseen is how many bytes that makes.
func (o *operations) mostUnseen() int64 { return o.MostOwner / unseenShare }

// few tells whether entries may be stored with an owner without a look at it, if
// nothing else has been. They have not been encoded yet, which is work for many.
func (o *operations) few(entries []page.Entry) bool {
	s := page.Segment{Entries: entries}
	return int64(s.SizeGuess()) <= o.mostUnseen()
}

// fits refuses to store more with an owner than one request may hold of the
// room, or than its log may come to. Garbage collection removes what is past an
// owner's own limit, and compaction what is superseded, but only when they come
// round; until then nothing else would keep one owner from growing beyond what
// any worker can read. To remove and to clear is always allowed. An owner that
// was seen just now is not read again.
func (o *operations) fits(ctx context.Context, owner messages.Owner, entries []page.Entry, bytes int, seen *page.View) error {
	if !slices.ContainsFunc(entries, func(e page.Entry) bool { return e.Kind == page.Put }) {
		return nil
	}
	has, log := o.Sizes.AtLeast(owner)
	more := int64(bytes)
	known := seen != nil || o.Sizes.Unseen(owner, more) <= o.mostUnseen()
	if known && has+more <= o.MostOwner && log+more <= o.mostLog() {
		return nil
	}
	if seen == nil {
		// What was counted up may have been removed since, and others may have stored more: look.
		view, err := o.readFresh(ctx, owner, page.Freshness{Reload: log+more > o.mostLog()})
		if err != nil {
			return err
		}
		seen = &view
		o.Sizes.Unseen(owner, more)
	}
	if has = int64(len(seen.Page.Bytes())); has+more > o.MostOwner {
		return o.fullOwner(owner, has, more)
	}
	if log = int64(seen.Loaded); seen.Whole && log+more > o.mostLog() {
		return messages.Errorf(messages.CodeOverloaded,
			"the log of the %s has %d KiB, most of which is superseded and not compacted yet, this request brings %d, and at most %d can be read: "+
				"try again in some seconds and change it less often, or clear it", owner.Kind, kibibytes(log), kibibytes(more), o.mostLog()>>10).
			After(compactionWait)
	}
	return nil
}

// mostLog is how many bytes one owner's log may come to have.
func (o *operations) mostLog() int64 { return logShare * o.MostOwner }

// fullOwner is the refusal of what an owner has no room for.
func (o *operations) fullOwner(owner messages.Owner, has, more int64) error {
	advice := "delete some of it, or wait until garbage collection has removed the oldest"
	if more > o.MostOwner {
		advice = "store less in one request, or have workers started with more room for pages"
	}
	return messages.Errorf(messages.CodeTooLarge, "the %s has %d KiB already, this request brings %d, and at most %d can be read: %s",
		owner.Kind, kibibytes(has), kibibytes(more), o.MostOwner>>10, advice)
}

// kibibytes are whole ones, of which the last may be begun.
func kibibytes(bytes int64) int64 { return (bytes + 1023) >> 10 }
