package worker

import (
	"context"
	"slices"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// fits refuses to store more with an owner than one request may hold of the
// room. Garbage collection removes what is past an owner's own limit, but only
// when it comes round; until then nothing else would keep one owner from
// growing beyond what any worker can read. To remove and to clear is always
// allowed. An owner that was seen just now is not read again.
func (o *operations) fits(ctx context.Context, owner messages.Owner, entries []page.Entry, bytes int, seen *page.View) error {
	stores := slices.ContainsFunc(entries, func(e page.Entry) bool { return e.Kind == page.Put })
	if !stores || o.sizes.atLeast(owner)+int64(bytes) <= o.mostOwner {
		return nil
	}
	if seen == nil {
		// What was counted up may have been removed since: look.
		view, err := o.readFresh(ctx, owner, page.Freshness{})
		if err != nil {
			return err
		}
		seen = &view
	}
	has := int64(len(seen.Page.Bytes()))
	if has+int64(bytes) <= o.mostOwner {
		return nil
	}
	advice := "delete some of it, or wait until garbage collection has removed the oldest"
	if int64(bytes) > o.mostOwner {
		advice = "store less in one request, or have workers started with more room for pages"
	}
	return messages.Errorf(messages.CodeTooLarge, "the %s has %d KiB already, this request brings %d, and at most %d can be read: %s",
		owner.Kind, kibibytes(has), kibibytes(int64(bytes)), o.mostOwner>>10, advice)
}

// kibibytes are whole ones, of which the last may be begun.
func kibibytes(bytes int64) int64 { return (bytes + 1023) >> 10 }
