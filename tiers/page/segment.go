package page

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// A segment is a frame around a body:
//
//	"CMS"  version 1  flags  CRC32C uint32  body length uint32  body
//
// The checksum covers all but itself. A plain body is in segment_read.go and
// segment_write.go; a sealed one (flag 1) is a key id and a nonce, each after
// its length in one byte, and the ciphertext of a whole plain segment, so
// that what is sealed is again a segment with its own checksum.
const (
	segmentMagic   = "CMS"
	segmentVersion = 1
	segmentHeader  = 13

	flagSealed = 1 << 0 // the body is encrypted
	flagMerged = 1 << 1 // the body lists its sources and what it absorbed
)

// maxEntries bounds what one segment may make a parser allocate. A request
// writes a thousand entries at most, and an owner is capped far below this.
const maxEntries = 1 << 20

// A Head is what a segment tells without its entries.
type Head struct {
	At       int64 // unix ms of the write
	Sources  []uint64
	Absorbed []Absorbed
	Entries  int // how many there are
}

// AppendSegment appends the encoded form of s to dst.
//
// A segment with Sources is a merged one. An entry whose Origin.Seq is 0 is
// written without an origin: its place is its index. An entry whose At is 0
// takes the segment's; a segment whose At is 0 takes its newest entry's.
// Levels and roles are below 16; a negative importance is read back as -1.
func AppendSegment(dst []byte, s Segment) []byte {
	start := len(dst)
	dst = slices.Grow(dst, s.SizeGuess())
	var flags byte
	if len(s.Sources) > 0 {
		flags |= flagMerged
	}
	dst = appendFrame(dst, flags)
	w := segmentWriter{b: dst}
	w.segment(&s)
	return closeFrame(w.b, start)
}

// AppendSealed appends a sealed segment to dst: ciphertext is what keyID and
// nonce make of a whole plain segment. Key id and nonce have 255 bytes at most.
func AppendSealed(dst []byte, keyID string, nonce, ciphertext []byte) ([]byte, error) {
	if len(keyID) > 255 || len(nonce) > 255 {
		return dst, fmt.Errorf("%w: key id or nonce past 255 bytes", ErrTooLarge)
	}
	start := len(dst)
	dst = appendFrame(dst, flagSealed)
	dst = append(append(dst, byte(len(keyID))), keyID...)
	dst = append(append(dst, byte(len(nonce))), nonce...)
	return closeFrame(append(dst, ciphertext...), start), nil
}

// ParseSegment decodes a segment. The result shares nothing with b. Errors
// are ErrCorrupt, ErrVersion and ErrSealed, whatever the bytes are.
func ParseSegment(b []byte) (Segment, error) {
	seg, err := openSegment(bytes.Clone(b)) // strings alias the clone
	if err != nil {
		return Segment{}, err
	}
	s := Segment{At: seg.At, Sources: seg.Sources, Absorbed: seg.Absorbed}
	var a arena
	for raw, ok := seg.next(); ok; raw, ok = seg.next() {
		e := Entry{Kind: raw.kind, Origin: raw.origin, At: raw.at, ID: raw.id}
		if e.Kind == Put {
			e.ID = ""
			if err := raw.decode(&e.Item, &a); err != nil {
				return Segment{}, err
			}
		}
		s.Entries = append(s.Entries, e)
	}
	return s, seg.err()
}

// IsSegment tells whether b begins as a segment does: whether a worker wrote
// it at all. It says nothing of what follows.
func IsSegment(b []byte) bool { return bytes.HasPrefix(b, []byte(segmentMagic)) }

// Brings tells whether a segment has an item, and not only what removes some.
// One that cannot be read may have.
func Brings(b []byte) bool {
	seg, err := openSegment(b)
	if err != nil {
		return true
	}
	for e, ok := seg.next(); ok; e, ok = seg.next() {
		if e.kind == Put {
			return true
		}
	}
	return seg.err() != nil
}

// ReadHead decodes what comes before a segment's entries. It checks the whole
// checksum, and shares nothing with b.
func ReadHead(b []byte) (Head, error) {
	seg, err := openSegment(b)
	if err != nil {
		_, err = openSegment(bytes.Clone(b)) // one that is sealed says what it holds
		return Head{}, err
	}
	for i := range seg.Absorbed {
		seg.Absorbed[i].Name = strings.Clone(seg.Absorbed[i].Name)
	}
	return seg.Head, nil
}

// AppendAbsorbed appends to dst the sequences of what a merged segment has taken in.
func AppendAbsorbed(dst []uint64, b []byte) ([]uint64, error) {
	seg, err := openSegment(b)
	for _, a := range seg.Absorbed {
		dst = append(dst, a.Seq)
	}
	return dst, err
}

// FindAbsorbed tells whether a merged segment has taken in the one of this
// name, and with which sequence that one had been written.
func FindAbsorbed(b []byte, name string) (Absorbed, bool, error) {
	seg, err := openSegment(b)
	if err != nil {
		return Absorbed{}, false, err
	}
	for _, a := range seg.Absorbed {
		if a.Name == name {
			a.Name = name // not the alias
			return a, true, nil
		}
	}
	return Absorbed{}, false, nil
}

func appendFrame(dst []byte, flags byte) []byte {
	dst = append(dst, segmentMagic...)
	return append(dst, segmentVersion, flags, 0, 0, 0, 0, 0, 0, 0, 0)
}

// closeFrame fills in the length and the checksum of the frame at start.
func closeFrame(b []byte, start int) []byte {
	f := b[start:]
	binary.LittleEndian.PutUint32(f[9:], uint32(len(f)-segmentHeader))
	binary.LittleEndian.PutUint32(f[5:], checksum(f[:5], f[9:]))
	return b
}

// openFrame checks the frame and gives flags and body.
func openFrame(b []byte) (byte, []byte, error) {
	switch {
	case len(b) < segmentHeader || string(b[:3]) != segmentMagic:
		return 0, nil, fmt.Errorf("%w: not a segment", ErrCorrupt)
	case b[3] != segmentVersion || b[4]&^(flagSealed|flagMerged) != 0:
		return 0, nil, fmt.Errorf("%w: segment version %d, flags %#x", ErrVersion, b[3], b[4])
	case uint64(binary.LittleEndian.Uint32(b[9:])) != uint64(len(b)-segmentHeader):
		return 0, nil, fmt.Errorf("%w: segment cut short or run on", ErrCorrupt)
	case binary.LittleEndian.Uint32(b[5:]) != checksum(b[:5], b[9:]):
		return 0, nil, fmt.Errorf("%w: segment checksum", ErrCorrupt)
	}
	return b[4], b[segmentHeader:], nil
}

// sealed reads a sealed body.
func sealed(body []byte) error {
	r := reader{b: body}
	e := &SealedError{}
	e.KeyID = string(r.take(uint64(r.byte())))
	e.Nonce = r.take(uint64(r.byte()))
	e.Body = r.b
	if r.bad {
		return fmt.Errorf("%w: sealed segment", ErrCorrupt)
	}
	return e
}
