package tiers

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// A condition of a publish: the newest message of a subject, which may be a
// wildcard, has this sequence; 0 means that there is none.
type expected struct {
	subject string // "": the subject that is published to
	seq     uint64
}

// publish sends one message to a stream and waits for its acknowledgement, for
// one attempt's time. An errTimeout is ambiguous: the message may be stored.
func (t *Tiers) publish(ctx context.Context, msg *nats.Msg, e expected, ttl time.Duration) (uint64, error) {
	msg.Header = nats.Header{jetstream.ExpectedLastSubjSeqHeader: {strconv.FormatUint(e.seq, 10)}}
	if e.subject != "" {
		msg.Header[jetstream.ExpectedLastSubjSeqSubjHeader] = []string{e.subject}
	}
	if ttl > 0 {
		msg.Header[jetstream.MsgTTLHeader] = []string{wholeSeconds(ttl)}
	}
	attempt, cancel := context.WithTimeout(ctx, t.cfg.Write.Attempt)
	defer cancel()
	ack, err := t.js.PublishMsg(attempt, msg, jetstream.WithRetryAttempts(0))
	if err != nil {
		return 0, attemptError(ctx, err)
	}
	return ack.Sequence, nil
}

// attemptError tells an attempt's own end from the end of its caller.
func attemptError(ctx context.Context, err error) error {
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return errTimeout
	}
	return err
}

// wholeSeconds writes a TTL as the server takes it: at least a second.
func wholeSeconds(ttl time.Duration) string {
	return strconv.FormatInt(max(1, int64((ttl+time.Second-1)/time.Second)), 10) + "s"
}

// conflicted tells whether the condition of a publish did not hold.
func conflicted(err error) bool {
	code := apiCode(err)
	return code == errWrongLastSequence || code == errSequenceBusy
}

// tooLarge tells whether a message is larger than connection or stream take.
func tooLarge(err error) bool {
	return errors.Is(err, nats.ErrMaxPayload) || apiCode(err) == errMessageTooLarge
}

// full tells whether the server refused to store: repeating at once is of no use.
func full(err error) bool {
	code := apiCode(err)
	return code == errStoreFailed || code == errNoResources
}
