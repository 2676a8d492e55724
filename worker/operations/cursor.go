package operations

import (
	"encoding/base64"
	"encoding/binary"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// A cursor is a place in an owner's items, which are in order of time and
// then of origin. It names the last item that was given by both, so that an
// item that is not changed is listed exactly once, whatever is written
// between two pages; one that is changed may be listed again, changed.
type cursor struct {
	time   int64
	origin page.Origin
}

const cursorBytes = 8 + 8 + 4

func cursorAt(p page.Page, i int) cursor {
	return cursor{time: p.Row(i).Time, origin: p.Origin(i)}
}

// before tells whether the i-th item comes after the cursor.
func (c cursor) before(p page.Page, i int) bool {
	at := cursorAt(p, i)
	if c.time != at.time {
		return c.time < at.time
	}
	return c.origin.Less(at.origin)
}

// String encodes the cursor for a caller, to whom it is opaque.
func (c cursor) String() string {
	var b [cursorBytes]byte
	binary.BigEndian.PutUint64(b[0:], uint64(c.time))
	binary.BigEndian.PutUint64(b[8:], c.origin.Seq)
	binary.BigEndian.PutUint32(b[16:], c.origin.Place)
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func parseCursor(s string) (cursor, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != cursorBytes {
		return cursor{}, messages.Errorf(messages.CodeBadRequest, "cursor is not one of ours: give the \"next\" of the page before, unchanged")
	}
	return cursor{
		time:   int64(binary.BigEndian.Uint64(b[0:])),
		origin: page.Origin{Seq: binary.BigEndian.Uint64(b[8:]), Place: binary.BigEndian.Uint32(b[16:])},
	}, nil
}
