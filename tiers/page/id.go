package page

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"sort"
	"strconv"
	"strings"
)

// Ids are a good part of what a short turn costs, and most are one of two
// kinds: some words and a number, of which a page has many with the same
// words, its stem; or what follows from the id of a request, 8 bytes in base64url,
// 16 for items of earlier builds, a hyphen and a number. An id is a varint, whose
// low two bits say what it is and what the rest of it says:
//
//	0 as it is: its length, and then itself
//	1 a stem and a number: the number of the stem, and then the number as a varint
//	2 of a request: the number, and then the 16 bytes
//	3 of a request: the number, and then the 8 bytes
const (
	idRaw = iota
	idStem
	idRequest
	idHash

	idForm = 2 // bits

	requestBytes = 16
	hashBytes    = 8
	requestChars = 22 // of 16 bytes in base64url without padding
	hashChars    = 11 // of 8
	idBuffer     = 272
)

// maxIDNumber bounds the numbers that are told from their stems.
const maxIDNumber = math.MaxUint32 / 8

// An idCut is an id's stem and the number that it ends in, as strconv writes it,
// if it ends in one.
type idCut struct {
	stem   string
	number uint64
	ok     bool
}

func cutID(id string) idCut {
	at := len(id)
	for at > 0 && id[at-1] >= '0' && id[at-1] <= '9' {
		at--
	}
	for at < len(id)-1 && id[at] == '0' { // a number has no leading zeros: they are the stem's
		at++
	}
	n, err := strconv.ParseUint(id[at:], 10, 32)
	return idCut{id[:at], n, err == nil && n <= maxIDNumber}
}

func (c idCut) sameStem(other idCut) bool { return c.ok && other.ok && c.stem == other.stem }

// form is idHash or idRequest if the stem may be of a request, by its length, else idRaw.
func (c idCut) form() uint64 {
	digits, hyphen := strings.CutSuffix(c.stem, "-")
	switch {
	case c.ok && hyphen && len(digits) == hashChars:
		return idHash
	case c.ok && hyphen && len(digits) == requestChars:
		return idRequest
	}
	return idRaw
}

// appendRequest writes an id whose stem is base64url of as many bytes as those
// of a request have, and a hyphen; ok is false if it is not.
func (c idCut) appendRequest(b []byte) (with []byte, ok bool) {
	form := c.form()
	if form == idRaw {
		return b, false
	}
	digits := c.stem[:len(c.stem)-1]
	with = binary.AppendUvarint(b, c.number<<idForm|form)
	with, err := base64.RawURLEncoding.Strict().AppendDecode(with, []byte(digits))
	return with, err == nil && !strings.ContainsAny(digits, "\r\n")
}

// id reads an id. Its number is what it ends in, 0 if that was not told apart.
func (c *cursor) id() (form, head uint64, tail []byte, number uint64) {
	v := c.uvarint()
	form, head = v&(1<<idForm-1), v>>idForm
	switch form {
	case idStem:
		return form, head, nil, c.uvarint()
	case idRequest:
		return form, head, c.take(requestBytes), head
	case idHash:
		return form, head, c.take(hashBytes), head
	}
	return form, head, c.take(int(head)), 0
}

// ID is the id of item i. It is aliased or new: see AppendID.
func (p Page) ID(i int) string {
	c := cursor{b: p.b, at: p.recordAt(i)}
	if form, _, raw, _ := c.id(); form == idRaw {
		return alias(raw)
	}
	return alias(p.AppendID(make([]byte, 0, requestChars+8), i))
}

// AppendID appends the id of item i to dst.
func (p Page) AppendID(dst []byte, i int) []byte {
	c := cursor{b: p.b, at: p.recordAt(i)}
	return p.readID(dst, &c)
}

// readID appends the id that the cursor is at to dst, and passes over it.
func (p Page) readID(dst []byte, c *cursor) []byte {
	form, head, tail, number := c.id()
	switch form {
	case idStem:
		dst = append(dst, p.strings(secStems).at(uint32(head))...)
	case idRequest, idHash:
		dst = append(base64.RawURLEncoding.AppendEncode(dst, tail), '-')
	default:
		return append(dst, tail...)
	}
	return strconv.AppendUint(dst, number, 10)
}

// Find gives the index of the item with this id. It does not allocate.
func (p Page) Find(id string) (int, bool) {
	k, found := p.findID(id)
	if !found {
		return 0, false
	}
	return p.byID(k), true
}

// findID gives the place that an id has, or would have, in the order of ids.
func (p Page) findID(id string) (int, bool) {
	var buffer [idBuffer]byte
	n := p.Len()
	k := sort.Search(n, func(k int) bool { return string(p.AppendID(buffer[:0], p.byID(k))) >= id })
	return k, k < n && string(p.AppendID(buffer[:0], p.byID(k))) == id
}

// byID is the index of the k-th item in order of ids.
func (p Page) byID(k int) int {
	at := int(p.section(secIDs))
	if idWidth(p.Len()) == 2 {
		return int(binary.LittleEndian.Uint16(p.b[at+2*k:]))
	}
	return int(binary.LittleEndian.Uint32(p.b[at+4*k:]))
}

// idWidth is the bytes of an item number in the ids section.
func idWidth(items int) int {
	if items < 1<<16 {
		return 2
	}
	return 4
}
