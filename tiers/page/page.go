package page

import (
	"encoding/binary"
	"fmt"
)

// A Page is all items of an owner, folded up to a known sequence, as one flat
// piece of bytes. The zero Page has no items. A Page is as cheap to pass about
// as the slice that it is.
//
// The bytes must not change after Open or Fold gave the page: strings that a
// page gives alias them, so they cost nothing, and keep the whole page alive.
// Who keeps a string past the request clones it. An index i is one of 0 to
// Len()-1, in order of (Time, Origin); any other panics or gives nonsense.
//
// The layout, little-endian, with offsets from the start of the page:
//
//	header    120 bytes: the constants below
//	records   id, text and what few items have, in order: record.go
//	rows      some 15 bytes an item, in order: row.go
//	ids       item numbers in order of item id, 2 bytes each, or 4 from 65,536 items on
//	names     string table of speakers' names: strings.go
//	groups    string table of groups
//	languages string table of languages
//	keys      string table of metadata keys
//	stems     string table of what ids that differ in a number have in common: id.go
//	voices    8 bytes each combination of role, speaker and the like that rows name: voice.go
//	terms     the term dictionary, each term with its postings: terms.go
//	blocks    an index into the term dictionary: 8 bytes every 16 terms or so
type Page struct{ b []byte }

const (
	pageMagic   = "CMP"
	pageVersion = 4

	atChecksum    = 4   // uint32: CRC32C of everything from atLength on
	atLength      = 8   // uint32: bytes of the page
	atCount       = 12  // uint32: items
	atSeq         = 16  // uint64: complete up to
	atLastSegment = 24  // uint64
	atFolded      = 32  // int64: unix ms
	atTimeBase    = 40  // int64: rows hold times past it
	atSeqBase     = 48  // uint64: rows hold sequences past it
	atNextExpiry  = 56  // int64: unix ms of the first item to expire, 0 none
	atSegments    = 64  // uint32
	atSections    = 68  // uint32 each: where rows … blocks begin
	atShape       = 112 // 8 bytes: the form of a row
	headerSize    = 120
)

// The sections that the header points to.
const (
	secRows = iota
	secIDs
	secNames
	secGroups
	secLanguages
	secKeys
	secStems
	secVoices
	secTerms
	secBlocks
	sections
)

// Open checks that b is a page and gives it. It costs one checksum, some 10
// µs for 100 KB, and a few comparisons. A page lives in memory only, where
// the one program that reads it also wrote it: the checksum guards against
// bytes that were damaged or belong to an older version, so an error is a
// cache miss and not a loss. The page keeps b.
func Open(b []byte) (Page, error) {
	switch {
	case len(b) < headerSize || string(b[:3]) != pageMagic:
		return Page{}, fmt.Errorf("%w: not a page", ErrCorrupt)
	case b[3] != pageVersion:
		return Page{}, fmt.Errorf("%w: page version %d", ErrVersion, b[3])
	}
	p := Page{b}
	switch {
	case uint64(p.uint32(atLength)) != uint64(len(b)):
		return Page{}, fmt.Errorf("%w: page cut short or run on", ErrCorrupt)
	case p.uint32(atChecksum) != checksum(b[atLength:]):
		return Page{}, fmt.Errorf("%w: page checksum", ErrCorrupt)
	case !p.inOrder():
		return Page{}, fmt.Errorf("%w: page sections", ErrCorrupt)
	}
	return p, nil
}

// inOrder: sections follow each other inside the page and have the room they need.
func (p Page) inOrder() bool {
	end := uint64(headerSize)
	for s := range sections {
		start := uint64(p.section(s))
		if start < end {
			return false
		}
		end = start
	}
	n, shape := uint64(p.Len()), p.shape()
	rows, ids := p.section(secIDs)-p.section(secRows), p.section(secNames)-p.section(secIDs)
	return end <= uint64(len(p.b)) && shape.sound() && uint64(rows) == n*uint64(shape.size()) &&
		uint64(ids) == n*uint64(idWidth(p.Len())) && uint64(p.section(secNames))+8 <= uint64(len(p.b))
}

// Bytes is the page as Open takes it. It must not be changed.
func (p Page) Bytes() []byte { return p.b }

// Len is the number of items.
func (p Page) Len() int { return int(p.uint32(atCount)) }

// Seq is the stream sequence up to which the page is complete.
func (p Page) Seq() uint64 { return p.uint64(atSeq) }

// LastSegment is the highest sequence of a segment of this owner up to Seq,
// merged ones included: what a compare-and-set has to name. 0 if there is none.
func (p Page) LastSegment() uint64 { return p.uint64(atLastSegment) }

// Segments estimates how many segments the owner has in the stream.
func (p Page) Segments() int { return int(p.uint32(atSegments)) }

// FoldedAt is the now of the last Fold, unix ms.
func (p Page) FoldedAt() int64 { return int64(p.uint64(atFolded)) }

// NextExpiry is when the first of the items expires, unix ms; 0 if none does.
func (p Page) NextExpiry() int64 { return int64(p.uint64(atNextExpiry)) }

func (p Page) uint32(at int) uint32 {
	if p.b == nil {
		return 0
	}
	return binary.LittleEndian.Uint32(p.b[at:])
}

func (p Page) uint64(at int) uint64 {
	if p.b == nil {
		return 0
	}
	return binary.LittleEndian.Uint64(p.b[at:])
}

func (p Page) section(s int) uint32 { return p.uint32(atSections + 4*s) }
