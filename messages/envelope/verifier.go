package envelope

import (
	"crypto/rand"
	"sync/atomic"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// Limits are what a Verifier takes at most. Zero means the protocol's own, which is also the most.
type Limits struct {
	MaxMessageBytes int           // of a body
	MaxHeaderBytes  int           // of all headers together
	Window          time.Duration // between Ctx-Time and the clock, either side
}

// A Verifier judges requests. It is safe for concurrent use.
type Verifier struct {
	audience string
	subjects messages.Subjects
	limits   Limits
	ring     atomic.Pointer[Ring]
	dummy    *macKey // stands in for the secrets that a key does not have
}

// NewVerifier makes a Verifier for the deployment that audience names, which
// CheckAudience should accept. With a nil ring it refuses every request as signed by an unknown key.
func NewVerifier(audience string, s messages.Subjects, ring *Ring, limits Limits) *Verifier {
	var nobody [macBytes]byte
	_, _ = rand.Read(nobody[:]) // never fails: see crypto/rand
	v := &Verifier{audience: orDefault(audience), subjects: s, limits: limits.withDefaults(), dummy: newMACKey(NewSecret(nobody[:]))}
	v.SetRing(ring)
	return v
}

// SetRing changes the keys. Requests under way go on with the ring they began with.
func (v *Verifier) SetRing(ring *Ring) {
	if ring == nil {
		ring = &Ring{}
	}
	v.ring.Store(ring)
}

// Ring returns the keys in force.
func (v *Verifier) Ring() *Ring { return v.ring.Load() }

// SafeReply tells whether the error of an ask that was not verified may be
// sent to its reply subject: to a default inbox and nowhere else.
func (v *Verifier) SafeReply(subject string) bool {
	return isInbox(subject) && isBelow(subject, messages.DefaultInboxPrefix) && !v.subjects.Own(subject)
}

func (l Limits) withDefaults() Limits {
	return Limits{
		MaxMessageBytes: atMost(l.MaxMessageBytes, messages.MaxMessageBytes),
		MaxHeaderBytes:  atMost(l.MaxHeaderBytes, messages.MaxHeaderBytes),
		Window:          atMost(l.Window, messages.TimeWindow),
	}
}

// atMost is configured if that is a limit below most, else most.
func atMost[T int | time.Duration](configured, most T) T {
	if configured <= 0 || configured > most {
		return most
	}
	return configured
}
