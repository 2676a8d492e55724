package operations

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// tierOf is the tier that holds an owner's items.
func tierOf(kind messages.OwnerKind) string {
	if kind == messages.UserOwner {
		return "L3"
	}
	return "L2"
}

// read reads one owner.
func (o *operations) read(ctx context.Context, owner messages.Owner, f page.Freshness) page.View {
	if owner.Kind == messages.UserOwner {
		_, view := o.Reader.Read(ctx, messages.Owner{}, owner, f)
		return view
	}
	view, _ := o.Reader.Read(ctx, owner, messages.Owner{}, f)
	return view
}

// readFresh reads one owner and accepts nothing that is not known to be fresh.
func (o *operations) readFresh(ctx context.Context, owner messages.Owner, f page.Freshness) (page.View, error) {
	view := o.read(ctx, owner, f)
	if view.Err != nil || view.Stale || view.Age > 0 {
		return page.View{}, tierFailed(owner.Kind, view.Err)
	}
	if err := reached(owner.Kind, view, f); err != nil {
		return page.View{}, err
	}
	return view, nil
}

// tierFailed is the error of a tier that did not answer.
func tierFailed(kind messages.OwnerKind, cause error) error {
	if noFaultOfTheTier(cause) {
		return cause
	}
	if cause == nil {
		cause = errors.New("the view is stale")
	}
	return messages.Caused(messages.CodeUnavailable, cause,
		fmt.Sprintf("tier %s, which holds what belongs to a %s, did not answer: try again", tierOf(kind), kind))
}

// noFaultOfTheTier tells of a reader's error that it is the answer: this worker
// has no room, and another may have it; or what is asked for is nowhere.
func noFaultOfTheTier(err error) bool {
	return messages.HasCode(err, messages.CodeOverloaded) || messages.HasCode(err, messages.CodeBadRequest)
}

// reached tells whether a view has seen as much as was asked.
func reached(kind messages.OwnerKind, view page.View, f page.Freshness) error {
	want := f.MinSession
	if kind == messages.UserOwner {
		want = f.MinUser
	}
	if view.Revision >= want {
		return nil
	}
	return messages.Caused(messages.CodeUnavailable, cmp.Or(view.Err, page.ErrNotReached),
		fmt.Sprintf("tier %s has been read up to revision %d, min_revision asks for %d: try again", tierOf(kind), view.Revision, want))
}

// An account says up to where an answer's tiers were read, and what of it is
// not as it should be.
type account struct {
	revision messages.Revision
	stale    []messages.Staleness
	degraded []messages.Degradation
	served   int // tiers whose items are in the answer
	failure  error
}

// readBoth reads a session, a user, or both. It serves what it could get and
// gives an account of the rest; it fails if it got nothing, or less than f's least revisions.
func (o *operations) readBoth(ctx context.Context, session, user messages.Owner, f page.Freshness) (s, u page.View, a account, err error) {
	s, u = o.Reader.Read(ctx, session, user, f)
	for _, part := range [...]struct {
		owner messages.Owner
		view  page.View
	}{{session, s}, {user, u}} {
		if err := a.add(part.owner, part.view, f); err != nil {
			return s, u, a, err
		}
	}
	if a.served == 0 {
		return s, u, a, a.failure
	}
	return s, u, a, nil
}

// add takes one owner's view into account.
func (a *account) add(owner messages.Owner, view page.View, f page.Freshness) error {
	if !owner.Present() {
		return nil
	}
	tier := tierOf(owner.Kind)
	if noFaultOfTheTier(view.Err) {
		return view.Err
	}
	if view.Err != nil {
		a.degraded = append(a.degraded, messages.Degradation{Tier: tier, Reason: reasonOf(view.Err)})
		a.failure = tierFailed(owner.Kind, view.Err)
	}
	if view.Err == nil || view.Hit || view.Stale {
		a.serve(owner.Kind, view)
	}
	return reached(owner.Kind, view, f)
}

func (a *account) serve(kind messages.OwnerKind, view page.View) {
	a.served++
	if kind == messages.UserOwner {
		a.revision.User = view.Revision
	} else {
		a.revision.Session = view.Revision
	}
	if view.Stale || view.Age > 0 {
		a.stale = append(a.stale, messages.Staleness{Tier: tierOf(kind), AgeMS: view.Age.Milliseconds()})
	}
}

// reasonOf is why a tier failed, in one word that a caller may see.
func reasonOf(err error) string {
	if code := messages.CodeOf(err); code != messages.CodeInternal {
		return string(code)
	}
	return string(messages.CodeUnavailable)
}

// mostStale is the oldest that a cached answer may be: L1 keeps no page for so
// long, and a larger number of milliseconds might be no duration.
const mostStale = 24 * time.Hour

// freshness is what a read request asks of its views.
func freshness(maxStaleMS int64, least *messages.Revision) page.Freshness {
	f := page.Freshness{MaxStale: time.Duration(min(maxStaleMS, mostStale.Milliseconds())) * time.Millisecond}
	if least != nil {
		f.MinSession, f.MinUser = least.Session, least.User
	}
	return f
}
