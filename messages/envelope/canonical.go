package envelope

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// The first lines of the canonical strings. They differ, so a signature on a
// reply never proves a request, nor the other way round.
const (
	requestScheme = "CTX1-HMAC-SHA256"
	replyScheme   = "CTX1-HMAC-SHA256-REPLY"
)

// canonicalBytes is room enough for nearly every canonical string.
const canonicalBytes = 512

// A requestText is what is signed in a request. No field may hold a line feed:
// Parse, checkAddresses and CheckAudience see to that, so one canonical
// string has one reading.
type requestText struct {
	key, audience, subject, reply, id string
	time, expires                     int64
	body                              [sha256.Size]byte // SHA-256 of the body
}

// append appends the canonical string, nine lines with line feeds between them.
func (r *requestText) append(b []byte) []byte {
	b = append(b, requestScheme...)
	b = appendLine(b, r.key)
	b = appendLine(b, r.audience)
	b = appendLine(b, r.subject)
	b = appendLine(b, replyOrDash(r.reply))
	b = appendLine(b, r.id)
	b = strconv.AppendInt(append(b, '\n'), r.time, 10)
	b = strconv.AppendInt(append(b, '\n'), r.expires, 10)
	return hex.AppendEncode(append(b, '\n'), r.body[:])
}

// A replyText is what is signed in a reply.
type replyText struct {
	key, audience string
	subject       string // the inbox that the reply goes to
	id            string // of the request
	time          int64
	status        int
	body          [sha256.Size]byte
}

// append appends the canonical string, eight lines with line feeds between them.
func (r *replyText) append(b []byte) []byte {
	b = append(b, replyScheme...)
	b = appendLine(b, r.key)
	b = appendLine(b, r.audience)
	b = appendLine(b, r.subject)
	b = appendLine(b, r.id)
	b = strconv.AppendInt(append(b, '\n'), r.time, 10)
	b = strconv.AppendInt(append(b, '\n'), int64(r.status), 10)
	return hex.AppendEncode(append(b, '\n'), r.body[:])
}

func appendLine(b []byte, s string) []byte { return append(append(b, '\n'), s...) }

// replyOrDash is how the envelope writes a reply.
func replyOrDash(reply string) string {
	if reply == "" {
		return NoReply
	}
	return reply
}
