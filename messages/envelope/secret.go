package envelope

import (
	"encoding/base64"
	"fmt"
	"io"

	"github.com/context-manager/context-manager/messages"
)

// Sizes of a secret in bytes.
const (
	MinSecretBytes = 16   // fewer are refused
	NewSecretBytes = 32   // as GenerateSecret makes them
	MaxSecretBytes = 1024 // more are refused
)

const redacted = "[redacted]"

// A Secret is the shared secret of a key. It prints as "[redacted]" in every
// verb of fmt, in JSON, and in whatever writes text or JSON through those.
//
// The bytes are behind two pointers, because fmt does not ask the methods of
// values in unexported fields: there it prints what it finds, and when a verb
// does not fit it follows one pointer. Of two it prints an address.
type Secret struct {
	bytes **[]byte
}

// NewSecret makes a Secret of a copy of raw. Its length is judged where it is used.
func NewSecret(raw []byte) Secret {
	own := new([]byte)
	*own = append(*own, raw...)
	return Secret{bytes: &own}
}

// GenerateSecret makes a new secret of 32 bytes. Random is crypto/rand.Reader in production.
func GenerateSecret(random io.Reader) (Secret, error) {
	raw := make([]byte, NewSecretBytes)
	if _, err := io.ReadFull(random, raw); err != nil {
		return Secret{}, fmt.Errorf("read random bytes for a secret: %w", err)
	}
	return NewSecret(raw), nil
}

// ParseSecret reads the form that Encode writes: base64url without padding.
func ParseSecret(text string) (Secret, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || base64.RawURLEncoding.EncodeToString(raw) != text {
		return Secret{}, messages.Errorf(messages.CodeBadRequest, "a secret must be base64url without padding: make one with \"context-manager key new\"")
	}
	s := NewSecret(raw)
	if err := s.check(); err != nil {
		return Secret{}, err
	}
	return s, nil
}

// Bytes returns the secret itself. Do not write to it, do not log it.
func (s Secret) Bytes() []byte {
	if s.bytes == nil {
		return nil
	}
	return **s.bytes
}

// Encode returns the secret itself in base64url, for the one place that hands
// it out or keeps it. Do not log it.
func (s Secret) Encode() string { return base64.RawURLEncoding.EncodeToString(s.Bytes()) }

func (s Secret) check() error {
	if n := len(s.Bytes()); n < MinSecretBytes || n > MaxSecretBytes {
		return messages.Errorf(messages.CodeBadRequest, "a secret has %d bytes: use %d to %d, %d are good", n, MinSecretBytes, MaxSecretBytes, NewSecretBytes)
	}
	return nil
}

// String hides the secret.
func (s Secret) String() string { return redacted }

// Format hides the secret from every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalText hides the secret from encoders of text and JSON.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
