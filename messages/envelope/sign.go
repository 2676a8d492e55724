package envelope

import (
	"crypto/sha256"
	"strconv"

	"github.com/context-manager/context-manager/messages"
)

// A Signer signs requests with one secret of one key, for one deployment, and
// checks the replies. It is safe for concurrent use.
type Signer struct {
	keyID    string
	audience string
	mac      *macKey
}

// NewSigner makes a Signer. Audience says which deployment the requests are
// for, DefaultAudience if empty: no other accepts them.
func NewSigner(keyID string, secret Secret, audience string) (*Signer, error) {
	if err := CheckKeyID(keyID); err != nil {
		return nil, err
	}
	if err := secret.check(); err != nil {
		return nil, err
	}
	if err := CheckAudience(audience); err != nil {
		return nil, err
	}
	return &Signer{keyID: keyID, audience: orDefault(audience), mac: newMACKey(secret)}, nil
}

// CheckKeyID refuses what is no key's id: 1 to 64 of A-Z a-z 0-9 _ -.
func CheckKeyID(id string) error {
	if !isKeyID(id) {
		return messages.Errorf(messages.CodeBadRequest, "key id: use 1 to %d letters, digits, _ and -", maxKeyIDBytes)
	}
	return nil
}

// KeyID is the id of the key that signs.
func (s *Signer) KeyID() string { return s.keyID }

// Unsigned is a request about to be signed.
type Unsigned struct {
	Subject string // where it will be published, from messages.Subjects
	Reply   string // inbox for the answer; "" is sent as "-"
	ID      string // from messages.NewID
	Time    int64  // now, unix ms
	Expires int64  // until when an answer is of use, unix ms
	Body    []byte
}

// Headers returns the complete headers of the signed request. Nats-Msg-Id is
// not among them: set it to u.ID where JetStream should drop repeats.
func (s *Signer) Headers(u Unsigned) map[string][]string {
	text := requestText{
		key: s.keyID, audience: s.audience, subject: u.Subject, reply: u.Reply, id: u.ID,
		time: u.Time, expires: u.Expires, body: sha256.Sum256(u.Body),
	}
	return headersOf(
		HeaderVersion, Version,
		HeaderKey, s.keyID,
		HeaderID, u.ID,
		HeaderTime, strconv.FormatInt(u.Time, 10),
		HeaderExpires, strconv.FormatInt(u.Expires, 10),
		HeaderReply, replyOrDash(u.Reply),
		HeaderSignature, s.mac.signature(text.append(make([]byte, 0, canonicalBytes))),
	)
}
