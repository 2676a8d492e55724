package page

import "encoding/binary"

// A row of a page is 32 bytes:
//
//	 0 uint64  simhash
//	 8 uint32  low bytes of the time past the page's time base, ms
//	12 byte    the fifth byte of that: 34 years in all
//	13 byte    language, 0 none
//	14 uint16  speaker
//	16 uint32  where the record is
//	20 uint32  origin sequence past the page's sequence base
//	24 uint16  line tokens
//	26 byte    line tokens less text tokens
//	27 byte    words D
//	28 byte    words Q
//	29 byte    level, and role times 16
//	30 byte    flags
//	31 byte    what the record has besides id, text and place
//
// A value that does not fit its field is in the record, and 0 here.
const (
	rowTime     = 8
	rowTimeHigh = 12
	rowLanguage = 13
	rowSpeaker  = 14
	rowRecord   = 16
	rowSeq      = 20
	rowLine     = 24
	rowSlack    = 26
	rowWordsD   = 27
	rowWordsQ   = 28
	rowVoice    = 29
	rowFlags    = 30
	rowHas      = 31
	rowSize     = 32
)

// What a record has besides id, text and place.
const (
	recordWide = 1 << iota // values too wide for the row
	recordGroup
	recordExpires
	recordImportance
	recordEmbedding
	recordMetadata
	recordAccesses

	recordInRow = recordWide | recordGroup | recordExpires | recordImportance | recordAccesses
)

// A Row is the fixed-width part of an item.
type Row struct {
	Level      Level
	Role       Role
	Flags      Flags
	Speaker    uint16  // who speaks, as a number in this page: see SpeakerName
	Group      uint32  // 1 to Groups(), the same for items of one group; 0 none
	Accesses   uint32  // how often it was used, 0 when that was not given
	Time       int64   // unix ms
	Expires    int64   // unix ms, 0 never
	Importance float32 // 0 to 1, negative when none was given
	LineTokens uint32  // cost as the rendered line "name: text\n"
	TextTokens uint32  // cost of the text alone
	WordsD     uint16  // words in sentences that state
	WordsQ     uint16  // words in sentences that ask
	Simhash    uint64  // near-duplicate fingerprint
	Revision   uint64  // stream sequence of this version of the item
}

// Row gives the fixed-width part of item i. It does not allocate, and reads
// nothing but the row for items without group, expiry, importance and accesses.
func (p Page) Row(i int) Row {
	b, h := p.row(i), (*[headerSize]byte)(p.b)
	line := uint32(binary.LittleEndian.Uint16(b[rowLine:]))
	r := Row{
		Level:      Level(b[rowVoice] & 15),
		Role:       Role(b[rowVoice] >> 4),
		Flags:      Flags(b[rowFlags]),
		Speaker:    binary.LittleEndian.Uint16(b[rowSpeaker:]),
		Time:       int64(binary.LittleEndian.Uint64(h[atTimeBase:]) + rowTimeOf(b)),
		Importance: -1,
		LineTokens: line,
		TextTokens: line - uint32(b[rowSlack]),
		WordsD:     uint16(b[rowWordsD]),
		WordsQ:     uint16(b[rowWordsQ]),
		Simhash:    binary.LittleEndian.Uint64(b[:]),
		Revision:   binary.LittleEndian.Uint64(h[atSeqBase:]) + uint64(binary.LittleEndian.Uint32(b[rowSeq:])),
	}
	if b[rowHas]&recordInRow != 0 {
		return p.fullRow(i, r)
	}
	return r
}

// Time is when item i happened, unix ms: Row(i).Time alone.
func (p Page) Time(i int) int64 {
	b := p.row(i)
	if b[rowHas]&recordWide != 0 {
		return p.Row(i).Time
	}
	return int64(p.uint64(atTimeBase) + rowTimeOf(b))
}

// row gives a pointer to an array, so that reading its fields takes no bounds checks.
func (p Page) row(i int) *[rowSize]byte {
	return (*[rowSize]byte)(p.b[headerSize+i*rowSize:])
}

func rowTimeOf(b *[rowSize]byte) uint64 {
	return uint64(binary.LittleEndian.Uint32(b[rowTime:])) | uint64(b[rowTimeHigh])<<32
}

// fullRow adds what the record holds of a row.
func (p Page) fullRow(i int, r Row) Row {
	x := p.extras(i)
	r.Group, r.Importance, r.Accesses = x.group, x.importance, x.accesses
	if x.wide.mask != 0 {
		r.Speaker = uint16(x.wide.or(wideSpeaker, uint64(r.Speaker), OtherSpeaker))
		r.Time = int64(x.wide.value(wideTime, uint64(r.Time-p.timeBase())) + uint64(p.timeBase()))
		r.Revision = x.wide.value(wideSeq, r.Revision-p.uint64(atSeqBase)) + p.uint64(atSeqBase)
		slack := uint32(x.wide.value(wideSlack, uint64(r.LineTokens-r.TextTokens)))
		r.LineTokens = uint32(x.wide.value(wideLine, uint64(r.LineTokens)))
		r.TextTokens = r.LineTokens - slack
		r.WordsD = uint16(x.wide.value(wideWordsD, uint64(r.WordsD)))
		r.WordsQ = uint16(x.wide.value(wideWordsQ, uint64(r.WordsQ)))
	}
	if x.hasExpires {
		r.Expires = r.Time + x.life
	}
	return r
}

func (p Page) timeBase() int64 { return int64(p.uint64(atTimeBase)) }
