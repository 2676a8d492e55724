package messages

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"strconv"
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

// IsRequestID tells whether s can be the id of a request: whether NewID could
// have made it.
func IsRequestID(s string) bool {
	var raw [RequestIDBytes]byte
	return DecodeCanonical(raw[:], s)
}

// DecodeCanonical fills dst, of at most 48 bytes, from base64url without padding
// and tells whether s is the one spelling of so many bytes. If it is not, what
// dst holds means nothing. Encoding again is what proves it: the decoder skips
// line breaks and lets the last character's spare bits be anything.
func DecodeCanonical(dst []byte, s string) bool {
	var decoded, again [64]byte
	if len(dst) > 48 || len(s) != base64.RawURLEncoding.EncodedLen(len(dst)) {
		return false
	}
	n, err := base64.RawURLEncoding.Decode(decoded[:], []byte(s))
	if err != nil || n != len(dst) {
		return false
	}
	base64.RawURLEncoding.Encode(again[:], decoded[:n])
	copy(dst, decoded[:n])
	return string(again[:len(s)]) == s
}

// itemBytes is what an item's id has of its request's.
const itemBytes = 8

// ItemID is the id of the item at a place of a request, counted from 0, that came
// without one: the first eight bytes of the SHA-256 of the request's id, in
// base64url, a hyphen and the place. The same request gives the same, also when
// it is delivered again. Pages keep those bytes, so they are half as many as the
// request's id has: of a million items of one owner two are alike once in some
// 40 million times.
func ItemID(requestID string, place int) string {
	sum := sha256.Sum256([]byte(requestID))
	return base64.RawURLEncoding.EncodeToString(sum[:itemBytes]) + "-" + strconv.Itoa(place)
}
