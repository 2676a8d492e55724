package envelope

import (
	"crypto/sha256"
	"strconv"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// ReplyCheck is a reply as it arrived, and what it should answer.
type ReplyCheck struct {
	Audience     string // "" means the signer's own
	ReplySubject string // the inbox it came to, as it was signed in the request
	RequestID    string
	Header       map[string][]string
	Body         []byte
	Now          time.Time
}

// VerifyReply proves that a worker of the deployment, which knows the key's
// secret, answered this request with this status and body. Until it has,
// nothing of the reply may be believed, an error's code included.
//
// It returns the proved status: 200 for success, else that of a messages.Error,
// which is the body. CodeBadEnvelope, CodeOutsideWindow and CodeUnauthorized say why
// a reply is not to be believed.
func (s *Signer) VerifyReply(c ReplyCheck) (status int, err error) {
	e, err := parseReplyEnvelope(c.Header)
	if err != nil {
		return 0, err
	}
	if e.id != c.RequestID {
		return 0, refuse(messages.CodeUnauthorized, ReasonSignature, "the reply answers another request")
	}
	if off := e.time - c.Now.UnixMilli(); off > messages.TimeWindow.Milliseconds() || off < -messages.TimeWindow.Milliseconds() {
		return 0, refuse(messages.CodeOutsideWindow, ReasonTime, "the reply was signed %d ms from this clock, at most %d ms are allowed: set the clock", off, messages.TimeWindow.Milliseconds())
	}
	text := replyText{
		key: s.keyID, audience: s.audienceOr(c.Audience), subject: c.ReplySubject, id: e.id,
		time: e.time, status: e.status, body: sha256.Sum256(c.Body),
	}
	canonical := text.append(make([]byte, 0, canonicalBytes))
	if s.mac.matches(canonical, e.signatures) != 1 {
		return 0, refuse(messages.CodeUnauthorized, ReasonSignature, "the reply is not signed by a worker of this deployment: do not use it")
	}
	return e.status, nil
}

func (s *Signer) audienceOr(other string) string {
	if other == "" {
		return s.audience
	}
	return other
}

type replyEnvelope struct {
	id         string
	time       int64
	status     int
	signatures []string
}

func parseReplyEnvelope(h map[string][]string) (e replyEnvelope, err error) {
	if err := checkHeaderNames(h, isReplyHeader); err != nil {
		return e, err
	}
	if err := checkVersion(h); err != nil {
		return e, err
	}
	if e.id, err = checkedHeader(h, HeaderID, messages.IsRequestID, "a request id"); err != nil {
		return e, err
	}
	if e.time, err = timeHeader(h, HeaderTime); err != nil {
		return e, err
	}
	if e.status, err = statusHeader(h); err != nil {
		return e, err
	}
	e.signatures, err = signatureHeader(h)
	return e, err
}

// isReplyHeader tells whether a reply may have this header that starts with "Ctx-".
func isReplyHeader(name string) bool {
	switch name {
	case HeaderVersion, HeaderID, HeaderTime, HeaderStatus, HeaderSignature:
		return true
	default:
		return false
	}
}

// statusHeader reads the signed status and holds the unsigned one, where
// there is one, against it.
func statusHeader(h map[string][]string) (int, error) {
	value, err := checkedHeader(h, HeaderStatus, isStatus, "three digits, 100 to 599")
	if err != nil {
		return 0, err
	}
	if claimed, present := h[HeaderErrorCode]; present && (len(claimed) != 1 || claimed[0] != value) {
		return 0, refuse(messages.CodeBadEnvelope, ReasonHeader, "%s differs from %s", HeaderErrorCode, HeaderStatus)
	}
	return strconv.Atoi(value)
}

func isStatus(s string) bool { return len(s) == 3 && isNumber(s) && s[0] >= '1' && s[0] <= '5' }
