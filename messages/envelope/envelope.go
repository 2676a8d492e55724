package envelope

import (
	"strings"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// The headers of a request.
const (
	HeaderVersion   = "Ctx-Version"   // "1"
	HeaderKey       = "Ctx-Key"       // which key signed: 1 to 64 of letters, digits, _ and -
	HeaderID        = "Ctx-Id"        // 128 random bits, base64url without padding
	HeaderTime      = "Ctx-Time"      // when it was signed, unix ms
	HeaderExpires   = "Ctx-Expires"   // when its caller stops to wait, unix ms
	HeaderReply     = "Ctx-Reply"     // inbox for the answer, or "-"
	HeaderSignature = "Ctx-Signature" // v1=<base64url>, or two of them with a comma between
	HeaderMsgID     = "Nats-Msg-Id"   // equals Ctx-Id, where present
)

// The headers of a reply, beside Ctx-Version, Ctx-Id, Ctx-Time and Ctx-Signature.
const (
	HeaderStatus    = "Ctx-Status"              // three digits, 200 for success
	HeaderErrorCode = "Nats-Service-Error-Code" // the same number, on errors
	HeaderError     = "Nats-Service-Error"      // the error's message
)

const (
	// Version is the version of the envelope.
	Version = "1"
	// NoReply in Ctx-Reply says that no answer is wanted.
	NoReply = "-"

	signaturePrefix = "v1="
	maxSignatures   = 2
	maxKeyIDBytes   = 64
	maxTimeDigits   = 15
)

// claims are what the headers of a request say, well-formed but not yet proved.
type claims struct {
	key        string
	id         string
	time       int64    // unix ms
	expires    int64    // unix ms
	reply      string   // inbox, or "" if no answer is wanted
	signatures []string // one or two, base64url without "v1="
}

// life is how long the request lives.
func (e claims) life() time.Duration { return time.Duration(e.expires-e.time) * time.Millisecond }

// parseHeaders reads the headers of a request and refuses, with messages.CodeBadEnvelope,
// all but one spelling of each: every header exactly once, no other header that
// starts with "Ctx-" in any case, no case twin of Nats-Msg-Id, canonical numbers
// and base64url. Other headers are not looked at. What was read before a fault is
// returned, too, for the audit.
func parseHeaders(h map[string][]string) (e claims, err error) {
	if err := checkHeaderNames(h, isRequestHeader); err != nil {
		return e, err
	}
	if err := checkVersion(h); err != nil {
		return e, err
	}
	if e.key, err = checkedHeader(h, HeaderKey, isKeyID, "1 to 64 letters, digits, _ or -"); err != nil {
		return e, err
	}
	if e.id, err = checkedHeader(h, HeaderID, messages.IsRequestID, "22 characters of canonical base64url: 128 random bits"); err != nil {
		return e, err
	}
	if e.time, err = timeHeader(h, HeaderTime); err != nil {
		return e, err
	}
	if e.expires, err = timeHeader(h, HeaderExpires); err != nil {
		return e, err
	}
	if e.reply, err = replyHeader(h); err != nil {
		return e, err
	}
	if e.signatures, err = signatureHeader(h); err != nil {
		return e, err
	}
	return e, checkMsgID(h, e.id)
}

// isRequestHeader tells whether a request may have this header that starts with "Ctx-".
func isRequestHeader(name string) bool {
	switch name {
	case HeaderVersion, HeaderKey, HeaderID, HeaderTime, HeaderExpires, HeaderReply, HeaderSignature:
		return true
	default:
		return false
	}
}

func checkVersion(h map[string][]string) error {
	version, err := singleHeader(h, HeaderVersion)
	if err != nil {
		return err
	}
	if version != Version {
		return refuse(messages.CodeBadEnvelope, ReasonVersion, "%s must be %s: this worker speaks no other version", HeaderVersion, Version)
	}
	return nil
}

func replyHeader(h map[string][]string) (string, error) {
	reply, err := singleHeader(h, HeaderReply)
	if err != nil || reply == NoReply {
		return "", err
	}
	if !isInbox(reply) {
		return "", refuse(messages.CodeBadEnvelope, ReasonReply,
			"%s must be - or an inbox of at most %d bytes: dot-separated tokens of letters, digits, _, - and =", HeaderReply, maxInboxBytes)
	}
	return reply, nil
}

func signatureHeader(h map[string][]string) ([]string, error) {
	value, err := singleHeader(h, HeaderSignature)
	if err != nil {
		return nil, err
	}
	if strings.Count(value, ",") >= maxSignatures {
		return nil, refuse(messages.CodeBadEnvelope, ReasonSignatureForm, "%s has more than %d signatures", HeaderSignature, maxSignatures)
	}
	signatures := strings.Split(value, ",")
	for i, s := range signatures {
		encoded, ok := strings.CutPrefix(s, signaturePrefix)
		if !ok || !isMAC(encoded) {
			return nil, refuse(messages.CodeBadEnvelope, ReasonSignatureForm,
				"%s must be %s and 43 characters of canonical base64url, once, or twice with a comma between", HeaderSignature, signaturePrefix)
		}
		signatures[i] = encoded
	}
	return signatures, nil
}

func checkMsgID(h map[string][]string, id string) error {
	if _, present := h[HeaderMsgID]; !present {
		return nil
	}
	msgID, err := singleHeader(h, HeaderMsgID)
	if err != nil {
		return err
	}
	if msgID != id {
		return refuse(messages.CodeBadEnvelope, ReasonMsgID, "%s differs from %s: make them equal, or leave it out", HeaderMsgID, HeaderID)
	}
	return nil
}
