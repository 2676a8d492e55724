package page

import "encoding/binary"

// A row of a page has, in little-endian form, one after the other:
//
//	saying      2 bytes
//	time        past the page's time base, ms
//	words D     1 byte
//	words Q     1 byte
//	record      where the record is
//	line tokens
//	sequence    of the origin, past the page's sequence base
//	voice       the number of its voice: level, role, speaker and the like
//	flags       1 byte
//
// The other fields have as many bytes as the page's items need, which its
// shape says. A value that does not fit its field is in the record, and 0 here.
const rowTime = 2

// A shape is the form of a page's rows: the size of a row, where record and
// sequence begin in it, and the bits of time, record, line, sequence and
// voice, in a byte each from the lowest on. Each of the three groups that begin
// at time, record and sequence has eight bytes at most, so that each is read at once.
type shape uint64

const (
	shapeRecordAt = 8 * (iota + 1)
	shapeSeqAt
	shapeTime
	shapeRecord
	shapeLine
	shapeSeq
	shapeVoice
)

// The widest that fields can be, in bits.
const (
	timeBits   = 40 // 34 years
	recordBits = 32
	lineBits   = 16
	seqBits    = 32
	voiceBits  = 24
)

// shapeOf makes the shape whose fields hold values up to these.
func shapeOf(time, record, line, seq, voice uint64) shape {
	t, r, l, s, v := bitsOf(time), bitsOf(record), bitsOf(line), bitsOf(seq), bitsOf(voice)
	recordAt := rowTime + t/8 + 2
	seqAt := recordAt + r/8 + l/8
	size := seqAt + s/8 + v/8 + 1
	return shape(size | recordAt<<shapeRecordAt | seqAt<<shapeSeqAt | t<<shapeTime | r<<shapeRecord |
		l<<shapeLine | s<<shapeSeq | v<<shapeVoice)
}

// bitsOf is how many bits a field has whose values go up to limit: whole bytes.
func bitsOf(limit uint64) uint64 {
	bits := uint64(8)
	for bits < 64 && limit>>bits != 0 {
		bits += 8
	}
	return bits
}

func (s shape) size() int              { return int(s & 255) }
func (s shape) at(field uint) uint64   { return uint64(s) >> field & 255 }
func (s shape) most(field uint) uint64 { return 1<<(s.at(field)&63) - 1 }

// sound tells whether this is a shape that shapeOf makes, within the widest.
func (s shape) sound() bool {
	return s == shapeOf(s.most(shapeTime), s.most(shapeRecord), s.most(shapeLine), s.most(shapeSeq), s.most(shapeVoice)) &&
		s.at(shapeTime) <= timeBits && s.at(shapeRecord) <= recordBits && s.at(shapeLine) <= lineBits &&
		s.at(shapeSeq) <= seqBits && s.at(shapeVoice) <= voiceBits
}

func (p Page) shape() shape { return shape(p.uint64(atShape)) }

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
	Saying     uint16  // part of a hash of who says what: those of near duplicates are equal
	Revision   uint64  // stream sequence of this version of the item
}

// Row gives the fixed-width part of item i. It does not allocate, and reads
// nothing but the row for items without group, expiry, importance and accesses.
func (p Page) Row(i int) Row {
	h := (*[headerSize]byte)(p.b)
	s := shape(binary.LittleEndian.Uint64(h[atShape:]))
	b := p.b[int(binary.LittleEndian.Uint32(h[atSections:]))+i*s.size():]
	when := binary.LittleEndian.Uint64(b[rowTime:])
	words := when >> (s.at(shapeTime) & 63)
	line := uint32(binary.LittleEndian.Uint64(b[s.at(shapeRecordAt):]) >> (s.at(shapeRecord) & 63) & s.most(shapeLine))
	rest := binary.LittleEndian.Uint64(b[s.at(shapeSeqAt):])
	seq := rest & s.most(shapeSeq)
	rest >>= s.at(shapeSeq) & 63
	v := p.voice(h, rest&s.most(shapeVoice))
	r := Row{
		Level:      v.level(),
		Role:       v.role(),
		Flags:      Flags(rest >> (s.at(shapeVoice) & 63)),
		Speaker:    v.speaker(),
		Time:       int64(binary.LittleEndian.Uint64(h[atTimeBase:]) + when&s.most(shapeTime)),
		Importance: -1,
		LineTokens: line,
		TextTokens: line - v.slack(),
		WordsD:     uint16(words & 255),
		WordsQ:     uint16(words >> 8 & 255),
		Saying:     binary.LittleEndian.Uint16(b),
		Revision:   binary.LittleEndian.Uint64(h[atSeqBase:]) + seq,
	}
	if v.has()&recordInRow != 0 {
		return p.fullRow(i, r)
	}
	return r
}

// Rows gives the rows of the items from first on, in dst, which has an element
// for each that is wanted: quicker than one by one. Each field is read where it
// is, since there are more of them than a processor keeps widths of at hand.
func (p Page) Rows(dst []Row, first int) {
	if p.b == nil {
		return
	}
	s, timeBase, seqBase := p.shape(), p.uint64(atTimeBase), p.uint64(atSeqBase)
	size, seqAt := s.size(), s.at(shapeSeqAt)
	wordsAt, lineAt := rowTime+s.at(shapeTime)/8, s.at(shapeRecordAt)+s.at(shapeRecord)/8
	voiceAt := seqAt + s.at(shapeSeq)/8
	flagsAt := voiceAt + s.at(shapeVoice)/8
	mostTime, mostLine, mostSeq, mostVoice := s.most(shapeTime), uint32(s.most(shapeLine)), s.most(shapeSeq), s.most(shapeVoice)
	rows, voices := p.b[int(p.section(secRows))+first*size:], p.b[p.section(secVoices):]
	for i := range dst {
		b := rows[i*size:]
		v := voice(binary.LittleEndian.Uint64(voices[voiceSize*(uint64(binary.LittleEndian.Uint32(b[voiceAt:]))&mostVoice):]))
		line := uint32(binary.LittleEndian.Uint16(b[lineAt:])) & mostLine
		r := &dst[i]
		r.Level, r.Role, r.Flags, r.Speaker = v.level(), v.role(), Flags(b[flagsAt]), v.speaker()
		r.Group, r.Accesses, r.Expires, r.Importance = 0, 0, 0, -1
		r.Time = int64(timeBase + binary.LittleEndian.Uint64(b[rowTime:])&mostTime)
		r.LineTokens, r.TextTokens = line, line-v.slack()
		r.WordsD, r.WordsQ = uint16(b[wordsAt]), uint16(b[wordsAt+1])
		r.Saying, r.Revision = binary.LittleEndian.Uint16(b), seqBase+binary.LittleEndian.Uint64(b[seqAt:])&mostSeq
		if v.has()&recordInRow != 0 {
			*r = p.fullRow(first+i, *r)
		}
	}
}

// Time is when item i happened, unix ms: Row(i).Time alone.
func (p Page) Time(i int) int64 {
	if p.voiceOf(i).has()&recordWide != 0 {
		return p.Row(i).Time
	}
	s := p.shape()
	return int64(p.uint64(atTimeBase) + binary.LittleEndian.Uint64(p.row(i, s)[rowTime:])&s.most(shapeTime))
}

// row gives item i's row, and what follows it.
func (p Page) row(i int, s shape) []byte { return p.b[int(p.section(secRows))+i*s.size():] }

// recordAt is where the record of item i is.
func (p Page) recordAt(i int) int {
	s := p.shape()
	return int(binary.LittleEndian.Uint64(p.row(i, s)[s.at(shapeRecordAt):]) & s.most(shapeRecord))
}

// voiceOf is the voice of item i.
func (p Page) voiceOf(i int) voice {
	s := p.shape()
	v := binary.LittleEndian.Uint64(p.row(i, s)[s.at(shapeSeqAt):]) >> (s.at(shapeSeq) & 63)
	return p.voice((*[headerSize]byte)(p.b), v&s.most(shapeVoice))
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
