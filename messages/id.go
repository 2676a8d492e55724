package messages

import (
	"encoding/base64"
	"fmt"
	"io"
)

// NewID makes a request id: 128 bits of random in base64url, 22 characters.
// Random is crypto/rand.Reader in production. An id is used once.
func NewID(random io.Reader) (string, error) {
	var raw [RequestIDBytes]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return "", fmt.Errorf("read random bytes for a request id: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw[:]), nil
}
