package operations

import (
	"crypto/sha256"
	"encoding/base64"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// A Request is a verified message, as an operation sees it.
type Request struct {
	envelope.Verified
	// Again is set when the same delivery was begun before, by a worker that
	// may have died after the effect and before the answer.
	Again bool
	// Scratch is memory for what the reply holds until it is encoded: an empty
	// slice with room, or nil.
	Scratch []byte
	// Trace is where the operation notes what it wrote. It must not be nil.
	Trace *Trace
}

// segmentOf is the name of the segment that a key's request writes: the first 16
// bytes of the SHA-256 of key id, a dot and request id, in base64url. Who has another
// key of the tenant can take no name by which a request is found to have been done.
func segmentOf(key, id string) string {
	sum := sha256.Sum256([]byte(key + "." + id))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// A Trace is what an operation notes for the audit, as soon as it is written: it
// holds after an error and after a panic, too.
type Trace struct {
	// Owners are those to whom something was written: "session:<id>",
	// "user:<id>", or both with a space between; ids escaped, which may hold
	// spaces. Empty if there are none.
	Owners string
	// Revision is the sequence of the newest segment written, or found written
	// before; 0 if there is none.
	Revision uint64
}

// note adds an owner and the sequence of what was written to it.
func (t *Trace) note(o messages.Owner, seq uint64) {
	if t.Owners != "" {
		t.Owners += " "
	}
	t.Owners += o.Kind.String() + ":" + messages.Escape(o.ID)
	t.Revision = seq
}
