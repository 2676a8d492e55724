package worker

import (
	"errors"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

const (
	statusOK = 200
	// maxErrorHeader bounds the message in a header; the body has all of it.
	maxErrorHeader = 256
	// replyHeaderBytes is more than the headers of a reply have that is no error.
	replyHeaderBytes = 1 << 10
)

// respond sends the signed answer to a verified request: body, or failure if
// there is one. An answer that no message can carry becomes an error that says so.
// An error is logged and counted already: nothing was sent.
func (w *Worker) respond(v envelope.Verified, body []byte, failure *messages.Error) error {
	if v.Reply() == "" {
		return nil
	}
	err := w.send(v, body, failure)
	if errors.Is(err, nats.ErrMaxPayload) {
		err = w.send(v, nil, tooLong(len(body), int(w.deps.Conn.MaxPayload())))
	}
	w.checkSent(err)
	return err
}

// tooLong is the answer in place of one of n bytes, of which one message takes no more than most.
func tooLong(n, most int) *messages.Error {
	return messages.Errorf(messages.CodeTooLarge, "the answer has %d bytes, one message takes %d: ask for fewer items or tokens", n, most)
}

func (w *Worker) send(v envelope.Verified, body []byte, failure *messages.Error) error {
	status := statusOK
	if failure != nil {
		status, body = failure.Code.Status(), errorBody(failure)
	}
	header := nats.Header(v.SignReply(status, body, w.now(v.Lane())))
	if failure != nil {
		addError(header, failure)
	}
	return w.deps.Conn.PublishMsg(&nats.Msg{Subject: v.Reply(), Header: header, Data: body})
}

// refuse answers an ask that was not verified, if its reply subject is an
// inbox. The answer is not signed: there is nobody to sign it for.
func (w *Worker) refuse(d delivery, failure *messages.Error) {
	if !w.deps.Verifier.SafeReply(d.reply) {
		return
	}
	header := nats.Header{
		envelope.HeaderVersion: {envelope.Version},
		envelope.HeaderTime:    {strconv.FormatInt(w.deps.Clock().UnixMilli(), 10)},
	}
	addError(header, failure)
	w.checkSent(w.deps.Conn.PublishMsg(&nats.Msg{Subject: d.reply, Header: header, Data: errorBody(failure)}))
}

func (w *Worker) checkSent(err error) {
	if err != nil {
		w.metrics.repliesFailed.Inc()
		w.deps.Logger.Warn().Err(err).Msg("a reply could not be sent")
	}
}

func addError(header nats.Header, e *messages.Error) {
	header[envelope.HeaderErrorCode] = []string{strconv.Itoa(e.Code.Status())}
	header[envelope.HeaderError] = []string{headerText(e.Message)}
}

// headerText keeps a message in one header line of bounded length, in printable
// ASCII: NATS has nothing else in headers, and clients may take nothing else.
func headerText(message string) string {
	if len(message) > maxErrorHeader {
		message = strings.ToValidUTF8(message[:maxErrorHeader], "")
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r < ' ' || r == 0x7f:
			return ' '
		case r > 0x7f:
			return '?'
		default:
			return r
		}
	}, message)
}

func errorBody(e *messages.Error) []byte {
	body, err := messages.AppendJSON(nil, e)
	if err != nil {
		return nil // cannot be: the type has strings and numbers only
	}
	return body
}

// payloadRoom is how many bytes of a message the headers of a reply leave to its
// body. What operations take care to leave is more than that, so that their
// replies fit a bundle's message, too.
func (w *Worker) payloadRoom() int { return int(w.deps.Conn.MaxPayload()) - replyHeaderBytes }
