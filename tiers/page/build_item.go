package page

import (
	"encoding/binary"
	"math"
)

// add writes the draft and the record of an item. shared says that other ids have its stem.
func (w *builder) add(it *Item, id idCut, o Origin, shared bool) {
	var x wideWriter
	f := draft{saying: it.Saying, flags: byte(it.Flags), record: uint32(len(w.b))}
	speaker := x.narrow(wideSpeaker, w.speaker(it), OtherSpeaker-1)
	language := x.narrow(wideLanguage, w.language(it), 255)
	f.time = x.narrow(wideTime, uint64(it.Time-w.head.timeBase), 1<<timeBits-1)
	f.seq = x.narrow(wideSeq, o.Seq-w.head.seqBase, 1<<seqBits-1)
	f.line = uint32(x.narrow(wideLine, uint64(it.LineTokens), 1<<lineBits-1))
	slack := x.narrow(wideSlack, uint64(it.LineTokens-it.TextTokens), 255)
	f.d = byte(x.narrow(wideWordsD, uint64(it.WordsD), 255))
	f.q = byte(x.narrow(wideWordsQ, uint64(it.WordsQ), 255))

	b, number := w.appendID(w.b, it.ID, id, shared)
	has := recordHas(it, &x, o.Place != uint32(number))
	f.voice = w.voices.number(makeVoice(it.Level, it.Role, has, slack, language, speaker))
	w.drafts = append(w.drafts, f)
	if has == 0 {
		b = append(b, it.Text...)
	} else {
		b = w.extras(appendString(b, it.Text), it, o, has, &x)
	}
	w.b = b
}

func recordHas(it *Item, x *wideWriter, place bool) byte {
	var has byte
	for i, on := range [...]bool{
		x.mask != 0, it.Group != "", it.Expires != 0, !(it.Importance < 0),
		len(it.Embedding) > 0, len(it.Metadata) > 0, it.Accesses != 0, place,
	} {
		if on {
			has |= 1 << i
		}
	}
	return has
}

// extras writes what a record has past the text.
func (w *builder) extras(b []byte, it *Item, o Origin, has byte, x *wideWriter) []byte {
	if has&recordPlace != 0 {
		b = binary.AppendUvarint(b, uint64(o.Place))
	}
	if has&recordWide != 0 {
		b = append(append(b, x.mask), x.values...)
	}
	if has&recordGroup != 0 {
		b = binary.AppendUvarint(b, uint64(w.groups.number(it.Group))+1)
	}
	if has&recordExpires != 0 {
		b = appendVarint(b, it.Expires-it.Time)
	}
	if has&recordImportance != 0 {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(it.Importance))
	}
	if has&recordAccesses != 0 {
		b = binary.AppendUvarint(b, uint64(it.Accesses))
	}
	if has&recordEmbedding != 0 {
		b = appendFloats(binary.AppendUvarint(b, uint64(len(it.Embedding))), it.Embedding)
	}
	if has&recordMetadata != 0 {
		b = binary.AppendUvarint(b, uint64(len(it.Metadata)))
		for _, m := range it.Metadata {
			b = appendString(binary.AppendUvarint(b, uint64(w.keys.number(m.Key))), m.Value)
		}
	}
	return b
}

// speaker numbers an item's name, or its role if it has none.
func (w *builder) speaker(it *Item) uint64 {
	switch {
	case it.Name != "":
		return FirstNamed + uint64(w.names.number(it.Name))
	case it.Role < FirstNamed:
		return uint64(it.Role)
	}
	return 0
}

func (w *builder) language(it *Item) uint64 {
	if it.Language == "" {
		return 0
	}
	return 1 + uint64(w.languages.number(it.Language))
}

// A wideWriter collects the values that do not fit a row.
type wideWriter struct {
	mask   byte
	values []byte
}

// narrow gives v if it is at most limit; else 0, and v goes to the record.
func (x *wideWriter) narrow(field int, v, limit uint64) uint64 {
	if v <= limit {
		return v
	}
	x.mask |= 1 << field
	x.values = binary.AppendUvarint(x.values, v)
	return 0
}
