package envelope

import (
	"crypto/sha256"
	"crypto/subtle"

	"github.com/context-manager/context-manager/messages"
)

// authenticate tells whether one of the key's secrets signed, and which. What
// must be signed is this, as canonical.go writes it, with line feeds between:
//
//	CTX1-HMAC-SHA256
//	<key id>
//	<audience>
//	<subject as received>
//	<reply inbox or ->
//	<id>
//	<time>
//	<expires>
//	<lower-case hex SHA-256 of the body>
//
// It always makes two MACs and compares each with two signatures, whoever asks
// and whatever came, and decides at the end.
func (v *Verifier) authenticate(in Incoming, e claims, key *ringEntry) (mac *macKey, proved bool) {
	secrets := [maxSecrets]*macKey{v.dummy, v.dummy}
	active := 0
	if key != nil {
		active = copy(secrets[:], key.macs)
	}
	text := requestText{
		key: e.key, audience: v.audience, subject: in.Subject, reply: e.reply, id: e.id,
		time: e.time, expires: e.expires, body: sha256.Sum256(in.Body),
	}
	canonical := text.append(make([]byte, 0, canonicalBytes))
	first := secrets[0].matches(canonical, e.signatures) & subtle.ConstantTimeLessOrEq(1, active)
	second := secrets[1].matches(canonical, e.signatures) & subtle.ConstantTimeLessOrEq(2, active)
	return secrets[subtle.ConstantTimeSelect(first, 0, 1)], first|second == 1
}

// refuseSignature is the one answer to an unknown key, a retired key and a wrong signature.
func refuseSignature(reason string) error {
	return refuse(messages.CodeUnauthorized, reason, "the key is unknown or the signature is wrong: check key id, secret, audience and subject")
}

// whyNot is the reason for the audit, "" if there is none to refuse.
func whyNot(key *ringEntry, proved bool) string {
	switch {
	case key == nil:
		return ReasonUnknownKey
	case key.key.Retired:
		return ReasonRetiredKey
	case !proved:
		return ReasonSignature
	default:
		return ""
	}
}
