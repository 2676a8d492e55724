package messages

import (
	"crypto/sha256"
	"encoding/base64"
	"strconv"

	"github.com/context-manager/context-manager/messages/plainjson"
)

// A bundle is one message that has several requests of one operation, which one
// caller signs together and one worker carries out side by side. What a message
// costs, on the wire, to sign, to verify and in the ledger, its requests share.
// Its body is
//
//	{"requests":[{…},{…}]}
//
// with the bodies that its requests would have alone. Each is judged, carried
// out and answered for itself: as PartReplies says.
const bundleField = "requests"

// MaxBundle and MaxBundleBytes are the most that a bundle may have of requests and of bytes.
const (
	MaxBundle      = 64
	MaxBundleBytes = 256 << 10
)

// AppendBundle appends the body of a bundle to dst: bodies are those of its requests.
func AppendBundle(dst []byte, bodies [][]byte) []byte {
	dst = append(dst, `{"`+bundleField+`":[`...)
	for i, body := range bodies {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, body...)
	}
	return append(dst, ']', '}')
}

// PartID is the id of the request at a place of a bundle, counted from 0: the
// first 16 bytes of the SHA-256 of the bundle's id, a hyphen and the place, in
// base64url. Audit, segments and the ids of items that came without one have it.
func PartID(bundleID string, place int) string {
	text := append(make([]byte, 0, RequestIDChars+8), bundleID...)
	text = strconv.AppendInt(append(text, '-'), int64(place), 10)
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:RequestIDBytes])
}

// IsBundle tells whether a body is a bundle's: whether its first field is the one
// that bundles alone have. BundledBodies may still refuse it.
func IsBundle(body []byte) bool {
	r := plainjson.NewReader(body)
	return string(r.Field(true)) == bundleField
}

// BundledBodies are the bodies of a bundle's requests, which are parts of its own:
// what AppendBundle was given. Errors are CodeBadJSON for what is no bundle, and
// CodeTooLarge for one above a limit.
func BundledBodies(bundle []byte) ([][]byte, error) {
	if len(bundle) > MaxBundleBytes {
		return nil, Errorf(CodeTooLarge, "the bundle has %d bytes, at most %d are allowed: send fewer requests in one, or a large one alone", len(bundle), MaxBundleBytes)
	}
	bodies := make([][]byte, 0, 16)
	r := plainjson.NewReader(bundle)
	if string(r.Field(true)) != bundleField {
		return nil, errNoBundle()
	}
	for r.Element(len(bodies) == 0) {
		if len(bodies) == MaxBundle {
			return nil, Errorf(CodeTooLarge, "the bundle has more than %d requests: send them in several", MaxBundle)
		}
		bodies = append(bodies, r.Object())
	}
	if len(bodies) == 0 || r.Field(false) != nil || !r.Ended() {
		return nil, errNoBundle()
	}
	return bodies, nil
}

func errNoBundle() error {
	return Errorf(CodeBadJSON, `a bundle is {"%s":[...]} with one request or more, each an object, and nothing else`, bundleField)
}
