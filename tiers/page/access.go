package page

// Numbers of speakers. 1 to 4 are the roles, for items without a name; names
// begin at FirstNamed.
const (
	FirstNamed   = 5
	OtherSpeaker = 1<<16 - 1 // any speaker past 65,529 names: told apart by Name alone
)

// SpeakerName is the name that items of this speaker number show, or the word
// for the role if they have none. Unknown numbers give "".
func (p Page) SpeakerName(n uint16) string {
	if n < FirstNamed {
		return Role(n).word()
	}
	if t := p.strings(secNames); int(n)-FirstNamed < t.len() && n != OtherSpeaker {
		return t.at(uint32(n) - FirstNamed)
	}
	return ""
}

func (r Role) word() string {
	switch r {
	case System:
		return "system"
	case User:
		return "user"
	case Assistant:
		return "assistant"
	case Tool:
		return "tool"
	}
	return ""
}

// Speakers is one more than the highest speaker number, OtherSpeaker aside.
func (p Page) Speakers() int {
	return min(FirstNamed+p.strings(secNames).len(), OtherSpeaker)
}

// Groups is the highest group number.
func (p Page) Groups() int { return p.strings(secGroups).len() }

// Shown is what a context shows of item i: its id, appended to dst, and its name
// and text, aliased. It reads once what AppendID, Name and Text read three times.
func (p Page) Shown(dst []byte, i int) (id []byte, name, text string) {
	v := p.voiceOf(i)
	c := cursor{b: p.b, at: p.recordAt(i)}
	id = p.readID(dst, &c)
	size := p.recordEnd(i) - c.at
	if v.has() != 0 {
		size = int(c.uvarint())
	}
	return id, p.nameOf(p.wideOr(i, v, wideSpeaker, uint64(v.speaker()))), alias(c.take(size))
}

// Text is the text of item i, aliased.
func (p Page) Text(i int) string {
	text, _, _ := p.record(i, p.voiceOf(i).has())
	return alias(text)
}

// Name is the name of item i's speaker or tool, aliased; "" if it has none.
func (p Page) Name(i int) string {
	v := p.voiceOf(i)
	return p.nameOf(p.wideOr(i, v, wideSpeaker, uint64(v.speaker())))
}

func (p Page) nameOf(speaker uint64) string {
	if speaker < FirstNamed {
		return ""
	}
	return p.strings(secNames).at(uint32(speaker - FirstNamed))
}

// GroupName is the group of item i, aliased; "" if it has none.
func (p Page) GroupName(i int) string {
	if p.voiceOf(i).has()&recordGroup == 0 {
		return ""
	}
	return p.groupOf(p.extras(i).group)
}

func (p Page) groupOf(n uint32) string {
	if n == 0 {
		return ""
	}
	return p.strings(secGroups).at(n - 1)
}

// Language is the language of item i, aliased; "" if it has none.
func (p Page) Language(i int) string {
	v := p.voiceOf(i)
	return p.languageOf(p.wideOr(i, v, wideLanguage, v.language()))
}

func (p Page) languageOf(n uint64) string {
	if n == 0 {
		return ""
	}
	return p.strings(secLanguages).at(uint32(n - 1))
}

// wideOr gives the wide value of item i, or that of its voice.
func (p Page) wideOr(i int, v voice, field int, narrow uint64) uint64 {
	if v.has()&recordWide == 0 {
		return narrow
	}
	x := p.extras(i)
	return x.wide.value(field, narrow)
}

// Origin is where the newest version of item i was first written.
func (p Page) Origin(i int) Origin {
	return Origin{Seq: p.Row(i).Revision, Place: p.extras(i).place}
}

// Metadata is the metadata of item i, its strings aliased; nil if it has none.
func (p Page) Metadata(i int) []Pair {
	if p.voiceOf(i).has()&recordMetadata == 0 {
		return nil
	}
	x, t := p.extras(i), p.strings(secKeys)
	c, pairs := x.metadata, make([]Pair, 0, x.pairs)
	for range x.pairs {
		key := t.at(uint32(c.uvarint()))
		pairs = append(pairs, Pair{Key: key, Value: alias(c.take(int(c.uvarint())))})
	}
	return pairs
}

// MetadataHas tells whether item i has this pair. It does not allocate.
func (p Page) MetadataHas(i int, key, value string) bool {
	if p.voiceOf(i).has()&recordMetadata == 0 {
		return false
	}
	x, t := p.extras(i), p.strings(secKeys)
	c := x.metadata
	for range x.pairs {
		k := uint32(c.uvarint())
		if v := c.take(int(c.uvarint())); string(v) == value && t.at(k) == key {
			return true
		}
	}
	return false
}

// Vector is the embedding of item i as little-endian float32, aliased; nil if
// it has none. It is for distances that should not allocate.
func (p Page) Vector(i int) []byte {
	if p.voiceOf(i).has()&recordEmbedding == 0 {
		return nil
	}
	x := p.extras(i)
	return x.vector
}

// Embedding is the embedding of item i, copied; nil if it has none.
func (p Page) Embedding(i int) []float32 {
	if v := p.Vector(i); v != nil {
		return appendVector(make([]float32, 0, len(v)/4), v)
	}
	return nil
}

// AppendEmbedding appends the embedding of item i to dst.
func (p Page) AppendEmbedding(dst []float32, i int) []float32 {
	return appendVector(dst, p.Vector(i))
}
