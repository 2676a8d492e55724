package operations

import (
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
