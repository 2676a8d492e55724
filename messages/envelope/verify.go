package envelope

import (
	"time"

	"github.com/context-manager/context-manager/messages"
)

// maxSubjectBytes is room for a prefix, and a tenant of which every byte is escaped.
const maxSubjectBytes = 512

// Incoming is a message as it arrived.
type Incoming struct {
	Lane       messages.Lane
	Subject    string // as received
	Reply      string // ask lane: the message's reply subject. Not looked at on the job lane, where it is JetStream's
	Header     map[string][]string
	Body       []byte
	Now        time.Time // job lane: by the clock that gave StreamTime, as far as it is known
	StreamTime time.Time // job lane: when the stream stored it
}

// Verify judges a message in this order and stops at the first fault: size,
// headers, key, time, signature, then what the key may do. Nothing of the body
// is looked at, but its size and hash. The replay ledger comes after, and then decoding.
//
// Errors are of type *messages.Error, with a *Refusal in the chain for the audit.
// Until the signature is proved they depend on nothing but the message and the
// clock: neither the answer nor its time tells whether a key exists.
func (v *Verifier) Verify(in Incoming) (Verified, error) {
	if err := v.checkSize(in); err != nil {
		return Verified{}, err
	}
	e, err := parseHeaders(in.Header)
	if err == nil {
		err = v.checkAddresses(in, e)
	}
	to := v.parse(in.Subject)
	key := v.Ring().byID[e.key] // to be unknown is not yet a fault: that must not show before the signature is judged
	if err == nil {
		err = v.checkTime(in, e, to)
	}
	if err != nil {
		return Verified{}, attribute(err, e, false)
	}
	mac, proved := v.authenticate(in, e, key)
	if reason := whyNot(key, proved); reason != "" {
		return Verified{}, attribute(refuseSignature(reason), e, proved)
	}
	verified, err := v.authorize(in, e, to, key.key)
	if err != nil {
		return Verified{}, attribute(err, e, true)
	}
	verified.mac, verified.audience = mac, v.audience
	return verified, nil
}

func (v *Verifier) checkSize(in Incoming) error {
	if len(in.Body) > v.limits.MaxMessageBytes {
		return refuse(messages.CodeTooLarge, ReasonSize, "the message has %d bytes, at most %d are allowed: split it", len(in.Body), v.limits.MaxMessageBytes)
	}
	if n := headerBytes(in.Header); n > v.limits.MaxHeaderBytes {
		return refuse(messages.CodeTooLarge, ReasonSize, "the headers have %d bytes, at most %d are allowed", n, v.limits.MaxHeaderBytes)
	}
	return nil
}

// checkAddresses judges what can be said of subject and reply without knowing who asks.
func (v *Verifier) checkAddresses(in Incoming, e claims) error {
	if len(in.Subject) > maxSubjectBytes || !messages.IsSubject(in.Subject) {
		return refuse(messages.CodeBadEnvelope, ReasonSubject, "the subject is longer than %d bytes or has a byte that no subject of ours has", maxSubjectBytes)
	}
	if in.Lane == messages.LaneAsk && (e.reply == "" || e.reply != in.Reply) {
		return refuse(messages.CodeBadEnvelope, ReasonReply, "%s must be the message's own reply subject: set both to one inbox", HeaderReply)
	}
	if v.subjects.Own(e.reply) {
		return refuse(messages.CodeBadEnvelope, ReasonReply, "%s is one of the service's own subjects: use an inbox", HeaderReply)
	}
	return nil
}

// checkTime judges when the request was signed and whether it is still alive.
// The life of a job and of a read counts from its arrival and not from
// Ctx-Time: so a caller's clock may be wrong by as much as the window, either
// way. An ask that changes something ends at Ctx-Expires by this clock: one
// that was held up would overwrite what has been acknowledged since.
func (v *Verifier) checkTime(in Incoming, e claims, to target) error {
	window := v.limits.Window.Milliseconds()
	if off := e.time - in.arrival().UnixMilli(); off > window || off < -window {
		return refuse(messages.CodeOutsideWindow, ReasonTime,
			"%s is %d ms from the clock, at most %d ms are allowed: sign in unix milliseconds and set the clock", HeaderTime, off, window)
	}
	if e.expires <= e.time || e.expires-e.time > messages.MaxRequestLife.Milliseconds() {
		return refuse(messages.CodeBadEnvelope, ReasonExpires, "%s must be after %s, by at most %s", HeaderExpires, HeaderTime, messages.MaxRequestLife)
	}
	if late := in.Now.Sub(in.end(e, to)).Milliseconds(); late > 0 {
		return refuse(messages.CodeExpired, ReasonExpires, "the request expired %d ms ago: send it again, signed anew", late)
	}
	return nil
}

// arrival is when the message reached the deployment. A job has waited since
// the stream stored it, so that honest queued work does not die of age; an ask waits nowhere.
func (in Incoming) arrival() time.Time {
	if in.Lane == messages.LaneJob {
		return in.StreamTime
	}
	return in.Now
}

// A target is what a subject names. That it names nothing is not yet a fault:
// it must not show before the signature is judged.
type target struct {
	lane   messages.Lane
	tenant string
	op     messages.Op
	err    error
}

func (v *Verifier) parse(subject string) (to target) {
	to.lane, to.tenant, to.op, to.err = v.subjects.Parse(subject)
	return to
}

// end is when the request's life is over, by the clock that dated its arrival.
func (in Incoming) end(e claims, to target) time.Time {
	if in.Lane == messages.LaneAsk && (to.err != nil || to.op.Changes()) {
		return time.UnixMilli(e.expires)
	}
	return in.arrival().Add(e.life())
}

// authorize judges what the key may do. Only here does a key's own configuration show in an answer.
func (v *Verifier) authorize(in Incoming, e claims, to target, key Key) (Verified, error) {
	if to.err != nil {
		return Verified{}, messages.Caused(messages.CodeOf(to.err), &Refusal{Reason: ReasonSubject}, messages.MessageOf(to.err))
	}
	if to.lane != in.Lane {
		return Verified{}, refuse(messages.CodeForbidden, ReasonSubject, "the subject belongs to the other lane")
	}
	if !key.forTenant(to.tenant) {
		return Verified{}, refuse(messages.CodeForbidden, ReasonTenant, "the key is not for this tenant")
	}
	if !key.granted(to.op) {
		return Verified{}, refuse(messages.CodeForbidden, ReasonGrant, "the key lacks the grant %q that %s needs", to.op.Grant(), to.op)
	}
	if e.reply != "" && !isBelow(e.reply, key.InboxPrefix) {
		return Verified{}, refuse(messages.CodeForbidden, ReasonInbox, "%s must lie under the key's inbox prefix %s", HeaderReply, key.InboxPrefix)
	}
	return Verified{
		lane: to.lane, tenant: to.tenant, op: to.op, keyID: key.ID, id: e.id, reply: e.reply, time: e.time,
		life: e.life(), expires: in.end(e, to), body: in.Body, rate: key.Rate, burst: key.Burst, grants: key.Grants,
	}, nil
}
