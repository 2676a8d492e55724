package jet

import (
	"errors"
	"testing"

	"github.com/nats-io/nats.go/jetstream"
)

func TestAServerThatFailsToRemoveIsNotTakenForDone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code        jetstream.ErrorCode
		description string
		want        error
	}{
		{codeNoSequence, "sequence 7 not found", nil},
		{codeDeleteFailed, "no message found", nil},
		{codeDeleteFailed, "stream store EOF", nil},
		{codeDeleteFailed, "message delete not permitted", ErrDenied},
	} {
		if err := removalError(&jetstream.APIError{Code: 500, ErrorCode: c.code, Description: c.description}); !errors.Is(err, c.want) {
			t.Errorf("%d %s: %v, want %v", c.code, c.description, err, c.want)
		}
	}
	if err := removalError(&jetstream.APIError{Code: 500, ErrorCode: codeDeleteFailed, Description: "disk"}); err == nil || !Transient(err) {
		t.Errorf("a failure of the disk: %v, want an error that is tried again", err)
	}
}
