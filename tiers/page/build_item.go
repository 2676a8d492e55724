package page

import (
	"encoding/binary"
	"math"
)

// carry takes item i from the base without decoding it: only what depends on
// the page it is in is written anew. Rows that would change otherwise are rare.
func (w *builder) carry(i, old int) {
	row := w.base.row(old)
	speaker, language := w.renumbered(row)
	if !w.copied || row[rowHas]&recordWide != 0 || speaker >= OtherSpeaker || language > 255 {
		w.base.view(old, &w.item)
		w.add(i, &w.item, w.base.Origin(old))
		return
	}
	to := w.row(i)
	copy(to, row[:])
	binary.LittleEndian.PutUint16(to[rowSpeaker:], uint16(speaker))
	to[rowLanguage] = byte(language)
	binary.LittleEndian.PutUint32(to[rowRecord:], uint32(len(w.b)))
	start := binary.LittleEndian.Uint32(row[rowRecord:])
	if row[rowHas]&(recordGroup|recordMetadata) == 0 {
		w.b = append(w.b, w.base.b[start:w.base.recordEnd(old)]...)
		return
	}
	w.carryRecord(int(start), old, row[rowHas])
}

// carryRecord copies a record with its numbers of group and metadata keys replaced.
func (w *builder) carryRecord(start, old int, has byte) {
	_, _, c := w.base.record(old)
	c.uvarint() // the place
	b := w.b
	b = append(b, c.b[start:c.at]...)
	if has&recordGroup != 0 {
		b = binary.AppendUvarint(b, uint64(w.groups.carry(uint32(c.uvarint()-1)))+1)
	}
	start = c.at
	c.skip(has)
	b = append(b, c.b[start:c.at]...)
	if has&recordMetadata != 0 {
		pairs := c.uvarint()
		b = binary.AppendUvarint(b, pairs)
		for range pairs {
			b = binary.AppendUvarint(b, uint64(w.keys.carry(uint32(c.uvarint()))))
			b = appendString(b, alias(c.take(int(c.uvarint()))))
		}
	}
	w.b = b
}

// renumbered gives the numbers that a row's speaker and language have here.
func (w *builder) renumbered(row *[rowSize]byte) (speaker, language uint32) {
	speaker = uint32(binary.LittleEndian.Uint16(row[rowSpeaker:]))
	if speaker >= FirstNamed {
		speaker = FirstNamed + w.names.carry(speaker-FirstNamed)
	}
	language = uint32(row[rowLanguage])
	if language > 0 {
		language = 1 + w.languages.carry(language-1)
	}
	return speaker, language
}

func (w *builder) row(i int) []byte { return w.b[headerSize+i*rowSize:][:rowSize] }

// add writes the row and the record of an item.
func (w *builder) add(i int, it *Item, o Origin) {
	var x wideWriter
	row := w.row(i)
	binary.LittleEndian.PutUint64(row, it.Simhash)
	binary.LittleEndian.PutUint16(row[rowSpeaker:], uint16(x.narrow(wideSpeaker, w.speaker(it), OtherSpeaker-1)))
	row[rowLanguage] = byte(x.narrow(wideLanguage, w.language(it), 255))
	past := x.narrow(wideTime, uint64(it.Time-w.head.timeBase), 1<<40-1)
	binary.LittleEndian.PutUint32(row[rowTime:], uint32(past))
	row[rowTimeHigh] = byte(past >> 32)
	binary.LittleEndian.PutUint32(row[rowSeq:], uint32(x.narrow(wideSeq, o.Seq-w.head.seqBase, 1<<32-1)))
	binary.LittleEndian.PutUint16(row[rowLine:], uint16(x.narrow(wideLine, uint64(it.LineTokens), 1<<16-1)))
	row[rowSlack] = byte(x.narrow(wideSlack, uint64(it.LineTokens-it.TextTokens), 255))
	row[rowWordsD] = byte(x.narrow(wideWordsD, uint64(it.WordsD), 255))
	row[rowWordsQ] = byte(x.narrow(wideWordsQ, uint64(it.WordsQ), 255))
	row[rowVoice] = byte(it.Level)&15 | byte(it.Role)<<4
	row[rowFlags] = byte(it.Flags)
	row[rowHas] = recordHas(it, &x)
	binary.LittleEndian.PutUint32(row[rowRecord:], uint32(len(w.b)))
	w.record(it, o, &x)
}

func recordHas(it *Item, x *wideWriter) byte {
	var has byte
	for i, on := range [...]bool{
		x.mask != 0, it.Group != "", it.Expires != 0, !(it.Importance < 0),
		len(it.Embedding) > 0, len(it.Metadata) > 0, it.Accesses != 0,
	} {
		if on {
			has |= 1 << i
		}
	}
	return has
}

func (w *builder) record(it *Item, o Origin, x *wideWriter) {
	has := recordHas(it, x)
	b := binary.AppendUvarint(w.b, uint64(len(it.ID)))
	b = binary.AppendUvarint(b, uint64(len(it.Text)))
	b = append(append(b, it.ID...), it.Text...)
	b = binary.AppendUvarint(b, uint64(o.Place))
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
	w.b = b
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
