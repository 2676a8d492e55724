package envelope

import (
	"errors"
	"fmt"

	"github.com/context-manager/context-manager/messages"
)

// Reasons of a Refusal. They are finer than codes, stable, and for audit and
// metrics alone: on the wire an unknown key, a retired key and a wrong
// signature are one code and one message.
const (
	ReasonSize          = "size"           // message or headers above a limit
	ReasonHeader        = "header"         // a header missing, doubled, unknown or malformed
	ReasonVersion       = "version"        // another version of the envelope
	ReasonReply         = "reply"          // the inbox is not one, or not the one signed
	ReasonSignatureForm = "signature_form" // not one or two canonical signatures
	ReasonMsgID         = "msg_id"         // Nats-Msg-Id unlike Ctx-Id
	ReasonSubject       = "subject"        // a subject that names no operation, or another lane's
	ReasonTime          = "time"           // signed too long before or after the clock
	ReasonExpires       = "expires"        // expired, or a life longer than allowed
	ReasonUnknownKey    = "unknown_key"
	ReasonRetiredKey    = "retired_key"
	ReasonSignature     = "signature" // the key is known, the signature is not its
	ReasonInbox         = "inbox"     // not under the key's inbox prefix
	ReasonTenant        = "tenant"    // not one of the key's tenants
	ReasonGrant         = "grant"     // the key lacks the operation's grant
)

// A Refusal is what an audit may know of a refused request and its sender may
// not. Each error of Verify has one in its chain: get it with errors.As.
type Refusal struct {
	Reason string
	KeyID  string // as claimed, "" if malformed
	ID     string // of the request, as claimed, "" if malformed
	// Proved tells whether the signature was right, so that KeyID and ID are
	// more than a claim. With ReasonRetiredKey it says that somebody still has the old secret.
	Proved bool
}

// Error names the reason and who claimed to be asking.
func (r *Refusal) Error() string {
	return fmt.Sprintf("refused (%s): key %q, request %q, proved %t", r.Reason, r.KeyID, r.ID, r.Proved)
}

// refuse makes a messages.Error for the sender with a Refusal for the audit behind it.
func refuse(code messages.Code, reason, format string, args ...any) error {
	return messages.Caused(code, &Refusal{Reason: reason}, fmt.Sprintf(format, args...))
}

// attribute adds to err's Refusal who claimed to be asking.
func attribute(err error, e claims, proved bool) error {
	var r *Refusal
	if errors.As(err, &r) {
		r.KeyID, r.ID, r.Proved = e.key, e.id, proved
	}
	return err
}
