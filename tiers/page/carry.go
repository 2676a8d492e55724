package page

import "encoding/binary"

// carry takes an item from the base without decoding it: only what depends on
// the page it is in is written anew. Items for which more would change are rare.
func (w *builder) carry(old int) {
	f := w.base.draft(old)
	v := w.base.voice((*[headerSize]byte)(w.base.b), uint64(f.voice))
	n, ok := w.carryVoice(f.voice, v)
	f.time += uint64(w.base.timeBase() - w.head.timeBase)
	f.seq += w.base.uint64(atSeqBase) - w.head.seqBase
	if !ok || v.has()&recordWide != 0 || f.time>>timeBits != 0 || f.seq>>seqBits != 0 {
		w.base.view(old, &w.item)
		w.add(&w.item, cutID(w.item.ID), w.base.Origin(old), false)
		return
	}
	f.voice, f.record = n, uint32(len(w.b))
	w.drafts = append(w.drafts, f)
	w.carryRecord(old, v.has())
}

// carryRun takes the items of the base that follow each other at the start of
// order, where rows are steady, and gives how many those are.
func (w *builder) carryRun(first int, order []int32) int {
	n := 1
	for n < len(order) && order[n] >= 0 {
		n++
	}
	start, end := w.base.recordAt(first), w.base.recordEnd(first+n-1)
	shift := uint32(len(w.b) - start)
	w.b = append(w.b, w.base.b[start:end]...)
	for i := first; i < first+n; i++ {
		f := w.base.draft(i)
		f.record += shift
		w.drafts = append(w.drafts, f)
	}
	return n
}

// carryVoice gives the number that a voice of the base has here; false if it
// does not fit a voice any more.
func (w *builder) carryVoice(n uint32, v voice) (uint32, bool) {
	if w.whole {
		return n, true
	}
	if w.voices.old == nil {
		w.voices.old = make([]uint32, w.base.voices())
	}
	if w.voices.old[n] == 0 {
		speaker, language := uint64(v.speaker()), v.language()
		if speaker >= FirstNamed {
			speaker = FirstNamed + uint64(w.names.carry(uint32(speaker-FirstNamed)))
		}
		if language > 0 {
			language = 1 + uint64(w.languages.carry(uint32(language-1)))
		}
		if speaker >= OtherSpeaker || language > 255 {
			return 0, false
		}
		w.voices.old[n] = w.voices.number(makeVoice(v.level(), v.role(), v.has(), uint64(v.slack()), language, speaker)) + 1
	}
	return w.voices.old[n] - 1, true
}

// carryRecord copies a record with its numbers of stem, group and metadata
// keys replaced. They stay what they were if every item stays.
func (w *builder) carryRecord(old int, has byte) {
	start, end := w.base.recordAt(old), w.base.recordEnd(old)
	if w.whole {
		w.b = append(w.b, w.base.b[start:end]...)
		return
	}
	c := cursor{b: w.base.b, at: start}
	if form, stem, _, number := c.id(); form == idStem {
		w.b = appendStemID(w.b, w.stems.carry(uint32(stem)), number)
		start = c.at
	}
	if has&(recordGroup|recordMetadata) == 0 {
		w.b = append(w.b, w.base.b[start:end]...)
		return
	}
	c.take(int(c.uvarint()))
	c.skipTo(has)
	w.carryNumbered(start, c, has)
}

// carryNumbered copies a record from start, the cursor being at its group.
func (w *builder) carryNumbered(start int, c cursor, has byte) {
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
