package envelope

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"hash"

	"github.com/context-manager/context-manager/messages"
)

const macBytes = sha256.Size

// A macKey is a secret made ready to sign. It is safe for concurrent use.
type macKey struct {
	secret Secret
	keyed  hash.Cloner // HMAC with the key's block hashed already, nil if it cannot be cloned
}

func newMACKey(secret Secret) *macKey {
	k := &macKey{secret: secret}
	h := hmac.New(sha256.New, secret.Bytes())
	h.Reset() // makes it keep the state after each pad, so that a clone starts there
	if c, ok := h.(hash.Cloner); ok {
		k.keyed = c
	}
	return k
}

// sum is the HMAC-SHA256 of text (RFC 2104). It costs the same for every key:
// a pool of used states would make a key that is seldom used slower than others.
func (k *macKey) sum(text []byte) (mac [macBytes]byte) {
	h := k.start()
	_, _ = h.Write(text) // a hash never fails
	h.Sum(mac[:0])
	return mac
}

func (k *macKey) start() hash.Hash {
	if k.keyed != nil {
		if h, err := k.keyed.Clone(); err == nil {
			return h
		}
	}
	return hmac.New(sha256.New, k.secret.Bytes())
}

// same tells whether two secrets sign alike, which two that differ may: HMAC
// fills a key up with zeros, and takes the hash of one longer than a block.
func (k *macKey) same(other *macKey) bool {
	a, b := k.secret.block(), other.secret.block()
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// block is the secret as HMAC-SHA256 takes it.
func (s Secret) block() (b [sha256.BlockSize]byte) {
	if raw := s.Bytes(); len(raw) <= len(b) {
		copy(b[:], raw)
	} else {
		sum := sha256.Sum256(raw)
		copy(b[:], sum[:])
	}
	return b
}

// signature is the value of Ctx-Signature for text.
func (k *macKey) signature(text []byte) string {
	mac := k.sum(text)
	b := make([]byte, 0, len(signaturePrefix)+base64.RawURLEncoding.EncodedLen(macBytes))
	return string(base64.RawURLEncoding.AppendEncode(append(b, signaturePrefix...), mac[:]))
}

// matches is 1 if one of one or two signatures is this key's for text, else 0. It
// compares two however many there are, each in constant time.
func (k *macKey) matches(text []byte, signatures []string) int {
	want := k.sum(text)
	found := 0
	for i := range maxSignatures {
		got := macOf(signatures, i)
		found |= subtle.ConstantTimeCompare(got[:], want[:])
	}
	return found
}

// macOf is the i-th signature's bytes, or the first's if there are fewer.
func macOf(signatures []string, i int) (mac [macBytes]byte) {
	if i >= len(signatures) {
		i = 0
	}
	messages.DecodeCanonical(mac[:], signatures[i])
	return mac
}
