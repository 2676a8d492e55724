package envelope

import (
	"crypto/sha256"
	"slices"
	"strconv"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// A Verified is a request whose signature, time and rights have been judged
// and found good. Verify alone makes one that is not empty, so what takes a
// Verified cannot be reached by an unproved message.
type Verified struct {
	lane     messages.Lane
	tenant   string
	op       messages.Op
	keyID    string
	id       string
	reply    string
	time     int64
	life     time.Duration
	expires  time.Time
	body     []byte
	rate     float64
	burst    int
	grants   []messages.Grant // the ring's own: never written to
	audience string
	mac      *macKey // the secret that verified, so the reply is signed with what the caller has
}

// Lane is how the request came.
func (v Verified) Lane() messages.Lane { return v.lane }

// Tenant is whose data it is about, unescaped.
func (v Verified) Tenant() string { return v.tenant }

// Op is what it asks for.
func (v Verified) Op() messages.Op { return v.op }

// KeyID is who asks.
func (v Verified) KeyID() string { return v.keyID }

// ID is the request's own.
func (v Verified) ID() string { return v.id }

// Reply is the inbox for the answer, "" if none is wanted.
func (v Verified) Reply() string { return v.reply }

// Time is when it was signed, unix ms.
func (v Verified) Time() int64 { return v.time }

// Expires is when its caller stops to wait: as long after its arrival, by the
// clock that dated that, as Ctx-Expires is after Ctx-Time; an ask that changes
// something ends at Ctx-Expires itself.
func (v Verified) Expires() time.Time { return v.expires }

// Life is from Ctx-Time to Ctx-Expires, as it was signed: a copy of the request
// may be taken for so long after it arrives.
func (v Verified) Life() time.Duration { return v.life }

// Body is the message's body: the bytes that were signed.
func (v Verified) Body() []byte { return v.body }

// Rate is the key's limit, in requests a second and at once. 0 means none.
func (v Verified) Rate() (perSecond float64, burst int) { return v.rate, v.burst }

// Granted tells whether its key has a grant. That it has the one which the
// operation needs is judged already; an answer may need another.
func (v Verified) Granted(g messages.Grant) bool { return slices.Contains(v.grants, g) }

// SignReply returns the headers that prove a reply: Ctx-Version, Ctx-Id,
// Ctx-Time, Ctx-Status and Ctx-Signature. Status is an HTTP-like number of
// three digits. The map is the caller's, to add to. An empty Verified proves
// nothing and returns nil.
func (v Verified) SignReply(status int, body []byte, now time.Time) map[string][]string {
	if v.mac == nil {
		return nil
	}
	text := replyText{
		key: v.keyID, audience: v.audience, subject: v.reply, id: v.id,
		time: now.UnixMilli(), status: status, body: sha256.Sum256(body),
	}
	return headersOf(
		HeaderVersion, Version,
		HeaderID, v.id,
		HeaderTime, strconv.FormatInt(text.time, 10),
		HeaderStatus, strconv.Itoa(status),
		HeaderSignature, v.mac.signature(text.append(make([]byte, 0, canonicalBytes))),
	)
}
