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

// ItemID is the id of the item at a place of a request, counted from 0, that came
// without one.
func ItemID(requestID string, place int) string { return ItemStem(requestID) + strconv.Itoa(place) }

// ItemStem is what the ids of a request's items begin with, where they came without:
// the first eight bytes of the SHA-256 of the request's id, in base64url, and a
// hyphen. The same request gives the same, also when it is delivered again.
// Pages keep each stem, so it is half as long as the id: of a million items of
// one owner two are alike once in some 40 million times.
func ItemStem(requestID string) string {
	sum := sha256.Sum256([]byte(requestID))
	return base64.RawURLEncoding.EncodeToString(sum[:ItemStemBytes]) + "-"
}
