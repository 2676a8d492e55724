package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// What can go wrong between the caller and a worker. Whatever a worker itself
// says comes as a *messages.Error: see messages.CodeOf and messages.HasCode.
var (
	// ErrNoWorkers means that nobody is subscribed to the request's subject.
	ErrNoWorkers = errors.New("no worker takes this request: start one with `context-manager worker`, " +
		"or check that client and workers agree on the subject prefix and the NATS account")
	// ErrNoStream means that no JetStream stream takes jobs.
	ErrNoStream = errors.New("no stream takes this job: start a worker, which makes the stream, " +
		"or check that client and workers agree on the subject prefix and the NATS account")
	// ErrNotConnected means that the connection has not reached a NATS server
	// yet, so that nothing was sent.
	ErrNotConnected = errors.New("not connected to NATS yet: check the servers' addresses, or give the context more time")
	// ErrNoReply means that no worker answered in time. The request may have taken
	// effect all the same. It comes with context.DeadlineExceeded in its chain.
	ErrNoReply = errors.New("no reply in time: give the context more time, or look at the workers' /health")
	// ErrUnknownOutcome means that an update was sent, had no answer, and may or
	// may not have taken effect: the item is not as the update wants it, which
	// others may have done before or after. Read the item and decide anew.
	ErrUnknownOutcome = errors.New("the update may have taken effect, and the item has changed since: read it again and decide anew")
	// ErrReplyNotVerified means that something answered, but not a worker
	// that holds this key's secret: the replies were refused. It comes instead of ErrNoReply.
	ErrReplyNotVerified = errors.New("a reply was refused because no worker of this deployment signed it: " +
		"check who else may publish to the inbox, and that client and workers share key and audience")
	// ErrUnauthenticated means that an error reply is not signed. A worker
	// cannot sign for a caller that it could not verify; nobody vouches for the text.
	// The *messages.Error is in its chain.
	ErrUnauthenticated = errors.New("unsigned error reply")
	// ErrPending means that a job is safely in the stream, but its reply was
	// not waited for to the end. The job still takes effect, unless workers refuse
	// its key, its signature or what the key may do: such a job is never answered.
	ErrPending = errors.New("the job is stored, but its reply did not come in time: it is done all the same, " +
		"unless workers refuse its key or what that may do, of which the audit alone tells")
	// ErrBadReply means that a worker signed a reply that this client cannot read.
	ErrBadReply = errors.New("a signed reply cannot be read: are client and workers of one version?")
	// ErrClosed means that the client or its connection was closed.
	ErrClosed = errors.New("the client or its NATS connection is closed")
)

// remoteError reads the error that a reply carries: from its body, or from
// its headers when the body holds none.
func remoteError(status int, m *nats.Msg) *messages.Error {
	return errorOf(status, m.Data, header(m, envelope.HeaderError))
}

// errorOf reads the error of a body, or makes one of its status and a text when the body holds none.
func errorOf(status int, body []byte, text string) *messages.Error {
	var e messages.Error
	if json.Unmarshal(body, &e) == nil && e.Code != "" {
		return &e
	}
	code := codeOfStatus(status)
	return &messages.Error{Code: code, Message: text, Retryable: code.Retryable()}
}

// codeOfStatus is the nearest code to a bare status number.
func codeOfStatus(status int) messages.Code {
	for _, c := range []messages.Code{
		messages.CodeBadRequest, messages.CodeUnauthorized, messages.CodeForbidden, messages.CodeNotFound,
		messages.CodeTooLarge, messages.CodeRateLimited, messages.CodeUnavailable, messages.CodeDeadline,
	} {
		if c.Status() == status {
			return c
		}
	}
	return messages.CodeInternal
}

// unauthenticated marks an error that nobody vouches for. A clock that is
// wrong is the one cause that the caller can be told more about: also of a
// change that had expired by the worker's clock as it came, if that is ahead.
func unauthenticated(m *nats.Msg, now time.Time) error {
	status, _ := strconv.Atoi(header(m, envelope.HeaderErrorCode)) // 0 reads as internal
	e := tame(remoteError(status, m), status)
	theirs, told := workersTime(m)
	if e.Code == messages.CodeOutsideWindow || e.Code == messages.CodeExpired && told && theirs.Sub(now) >= time.Second {
		e.Message += skewHint(now, theirs, told)
	}
	return fmt.Errorf("%w: %w", ErrUnauthenticated, e)
}

// workersTime is when a worker answered by its own clock, where the reply tells.
func workersTime(m *nats.Msg) (time.Time, bool) {
	ms, err := strconv.ParseInt(header(m, envelope.HeaderTime), 10, 64)
	return time.UnixMilli(ms), err == nil
}

// skewHint says how far this clock is from the worker's, as far as that is told.
func skewHint(now, worker time.Time, told bool) string {
	hint := "; this machine's clock says " + now.UTC().Format(time.RFC3339)
	if told {
		hint += fmt.Sprintf(", the worker's %s, which is %s apart",
			worker.UTC().Format(time.RFC3339), now.Sub(worker).Abs().Round(time.Second))
	}
	return hint + ": correct the clock that is wrong (NTP) and try again"
}

// ended adds the end of the context, if it has ended, to why the last try failed.
func ended(ctx context.Context, err error) error {
	if ctx.Err() == nil || errors.Is(err, ctx.Err()) {
		return err
	}
	return fmt.Errorf("%w (%w)", err, ctx.Err())
}

// header returns the first value of a header, whose case must be right.
func header(m *nats.Msg, name string) string {
	if v := m.Header[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}
