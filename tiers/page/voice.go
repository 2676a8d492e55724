package page

import "encoding/binary"

// A voice is what many items of a page have alike, so that a row only names
// it: from the lowest byte on level and role times 16, what the record has,
// line tokens less text tokens, language (0 none), and the speaker in two.
type voice uint64

const (
	voiceHas      = 8
	voiceSlack    = 16
	voiceLanguage = 24
	voiceSpeaker  = 32
	voiceSize     = 8
)

func makeVoice(level Level, role Role, has byte, slack, language, speaker uint64) voice {
	return voice(level)&15 | voice(role)&15<<4 | voice(has)<<voiceHas |
		voice(slack)<<voiceSlack | voice(language)<<voiceLanguage | voice(speaker)<<voiceSpeaker
}

func (v voice) level() Level     { return Level(v & 15) }
func (v voice) role() Role       { return Role(v >> 4 & 15) }
func (v voice) has() byte        { return byte(v >> voiceHas) }
func (v voice) slack() uint32    { return uint32(v >> voiceSlack & 255) }
func (v voice) language() uint64 { return uint64(v >> voiceLanguage & 255) }
func (v voice) speaker() uint16  { return uint16(v >> voiceSpeaker) }

// voice is the n-th voice of the page.
func (p Page) voice(h *[headerSize]byte, n uint64) voice {
	at := binary.LittleEndian.Uint32(h[atSections+4*secVoices:])
	return voice(binary.LittleEndian.Uint64(p.b[uint64(at)+voiceSize*n:]))
}

// voices is how many the page has.
func (p Page) voices() int { return int(p.section(secTerms)-p.section(secVoices)) / voiceSize }

// A voicing gives voices numbers in the order in which they come.
type voicing struct {
	list  []voice
	known map[voice]uint32
	old   []uint32 // by number in the base: the number here plus 1, 0 if not given yet
}

func (n *voicing) number(v voice) uint32 {
	if k, ok := n.known[v]; ok {
		return k
	}
	if n.known == nil {
		n.known = make(map[voice]uint32)
	}
	k := uint32(len(n.list))
	n.known[v] = k
	n.list = append(n.list, v)
	return k
}

// keep takes over all voices of a page under their numbers.
func (n *voicing) keep(p Page) {
	for k := range p.voices() {
		n.number(p.voice((*[headerSize]byte)(p.b), uint64(k)))
	}
}

func (n *voicing) appendTable(b []byte) []byte {
	for _, v := range n.list {
		b = binary.LittleEndian.AppendUint64(b, uint64(v))
	}
	return b
}
