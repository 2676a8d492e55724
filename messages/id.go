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
