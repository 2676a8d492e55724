package page

import (
	"encoding/binary"
	"math"
)

// appendItem writes all of an item but its id. First comes what the fold wants
// before it decodes the rest: see preview.
func (w *segmentWriter) appendItem(b []byte, it *Item, at int64) []byte {
	has := itemHas(it)
	b = binary.AppendUvarint(append(b, has), uint64(len(it.Terms)))
	b = appendVarint(b, it.Time-at)
	if has&hasExpires != 0 {
		b = appendVarint(b, it.Expires-it.Time)
	}
	b = append(b, byte(it.Level)&15|byte(it.Role)<<4, byte(it.Flags))
	b = binary.AppendUvarint(b, uint64(it.LineTokens))
	b = appendVarint(b, int64(it.LineTokens)-int64(it.TextTokens))
	b = binary.AppendUvarint(b, uint64(it.WordsD))
	b = binary.AppendUvarint(b, uint64(it.WordsQ))
	b = binary.LittleEndian.AppendUint64(b, uint64(it.Saying)) // an earlier build had a fingerprint of 8 bytes here
	b = w.appendOptional(b, has, it)
	b = appendString(b, it.Text)
	return appendTerms(b, it.Terms)
}

// itemHas is the first byte of an item.
func itemHas(it *Item) byte {
	var has byte
	for i, on := range [...]bool{
		it.Name != "", it.Group != "", it.Language != "", it.Expires != 0,
		!(it.Importance < 0), len(it.Metadata) > 0, len(it.Embedding) > 0, it.Accesses != 0,
	} {
		if on {
			has |= 1 << i
		}
	}
	return has
}

func (w *segmentWriter) appendOptional(b []byte, has byte, it *Item) []byte {
	if has&hasName != 0 {
		b = binary.AppendUvarint(b, uint64(w.strings[it.Name]))
	}
	if has&hasGroup != 0 {
		b = binary.AppendUvarint(b, uint64(w.strings[it.Group]))
	}
	if has&hasLanguage != 0 {
		b = binary.AppendUvarint(b, uint64(w.strings[it.Language]))
	}
	if has&hasImportance != 0 {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(it.Importance))
	}
	if has&hasAccesses != 0 {
		b = binary.AppendUvarint(b, uint64(it.Accesses))
	}
	if has&hasMetadata != 0 {
		b = binary.AppendUvarint(b, uint64(len(it.Metadata)))
		for _, m := range it.Metadata {
			b = binary.AppendUvarint(b, uint64(w.strings[m.Key]))
			b = appendString(b, m.Value)
		}
	}
	if has&hasEmbedding != 0 {
		b = binary.AppendUvarint(b, uint64(len(it.Embedding)))
		b = appendFloats(b, it.Embedding)
	}
	return b
}

func appendFloats(b []byte, v []float32) []byte {
	for _, f := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(f))
	}
	return b
}

func appendTerms(b []byte, terms []Term) []byte {
	for _, t := range terms {
		b = binary.LittleEndian.AppendUint32(b, t.Hash)
		b = appendCounts(b, t.D, t.Q)
	}
	return b
}

// appendCounts packs two counts into the halves of one byte; if one is past
// 15 (or both are 0), a zero byte and then each in its own.
func appendCounts(b []byte, d, q uint8) []byte {
	if d > 15 || q > 15 || d|q == 0 {
		return append(b, 0, d, q)
	}
	return append(b, d|q<<4)
}
