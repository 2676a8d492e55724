package client

import (
	"errors"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

// Calls whose bundle was refused are sent again, each alone, without a word to
// their caller. So that is for refusals which prove that none of them had an effect.
func TestOnlyWhatProvesThatNothingWasDoneHasABundlesCallsSentAgain(t *testing.T) {
	t.Parallel()
	proves := map[messages.Code]bool{ // others are for the schedule: they pass, or nobody knows
		messages.CodeTooLarge: true, messages.CodeBadJSON: true, messages.CodeBadRequest: true, messages.CodeUnknownOperation: true,
		messages.CodeUnavailable: false, messages.CodeDeadline: false, messages.CodeInternal: false,
		messages.CodeOverloaded: false, messages.CodeRateLimited: false,
	}
	for code, want := range proves {
		err := asWhole(messages.Errorf(code, "made by a test"))
		if got := errors.Is(err, errNotTogether); got != want {
			t.Errorf("%s: sent again %t; want %t", code, got, want)
		}
	}
	for _, err := range []error{ErrClosed, ErrNoReply, ErrNotConnected, ErrNoWorkers, errors.Join(ErrUnauthenticated, messages.Errorf(messages.CodeBadJSON, "unsigned"))} {
		if errors.Is(asWhole(err), errNotTogether) {
			t.Errorf("%v has the calls sent again", err)
		}
	}
}
