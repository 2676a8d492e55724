package jet

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// ErrDenied means that a stream was made to refuse removals.
var ErrDenied = errors.New("the bucket refuses to remove messages by their sequences")

// Remove removes messages by their sequences, of which there is one at least:
// it asks for all removals, and for the answer to the last. To answer costs the
// server as much as to remove. One that is gone already is no error; a removal
// that is not the last may be lost without one.
func (s Stream) Remove(ctx context.Context, seqs []uint64, atMost time.Duration) error {
	last := len(seqs) - 1
	for _, seq := range seqs[:last] {
		if err := s.Mux.nc.Publish("$JS.API.STREAM."+removals+"."+s.Name, removal(seq)); err != nil {
			return err
		}
	}
	var reply struct {
		Error *jetstream.APIError `json:"error"`
	}
	if err := s.request(ctx, removals, removal(seqs[last]), atMost, &reply); err != nil || reply.Error == nil {
		return err
	}
	return removalError(reply.Error)
}

// removals is what the server is asked that removes a message.
const removals = "MSG.DELETE"

func removal(seq uint64) []byte {
	return append(strconv.AppendUint([]byte(`{"no_erase":true,"seq":`), seq, 10), '}')
}

const (
	codeNoSequence   jetstream.ErrorCode = 10043
	codeDeleteFailed jetstream.ErrorCode = 10057
)

// removalError is nil if the message was gone already, which the server says
// in two ways: with a code of its own, or with words under a general code.
func removalError(e *jetstream.APIError) error {
	switch {
	case e.ErrorCode == codeNoSequence:
		return nil
	case e.ErrorCode == codeDeleteFailed && strings.Contains(e.Description, "not permitted"):
		return ErrDenied
	case e.ErrorCode == codeDeleteFailed && (strings.Contains(e.Description, "no message found") || strings.Contains(e.Description, "EOF")):
		return nil
	default:
		return e
	}
}
