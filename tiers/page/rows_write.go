package page

import "encoding/binary"

// A draft is a row before the shape of rows is known: times and sequences past
// the page's bases, wide values 0.
type draft struct {
	time, seq           uint64
	record, line, voice uint32
	saying              uint16
	d, q, flags         byte
}

// draft reads a row back.
func (p Page) draft(i int) draft {
	s := p.shape()
	b := p.row(i, s)
	when := binary.LittleEndian.Uint64(b[rowTime:])
	words := when >> (s.at(shapeTime) & 63)
	place := binary.LittleEndian.Uint64(b[s.at(shapeRecordAt):])
	rest := binary.LittleEndian.Uint64(b[s.at(shapeSeqAt):])
	voiced := rest >> (s.at(shapeSeq) & 63)
	return draft{
		saying: binary.LittleEndian.Uint16(b),
		time:   when & s.most(shapeTime),
		seq:    rest & s.most(shapeSeq),
		record: uint32(place & s.most(shapeRecord)),
		line:   uint32(place >> (s.at(shapeRecord) & 63) & s.most(shapeLine)),
		voice:  uint32(voiced & s.most(shapeVoice)),
		d:      byte(words), q: byte(words >> 8),
		flags: byte(voiced >> (s.at(shapeVoice) & 63)),
	}
}

// put writes a row. It writes up to 8 bytes past it, where the next one goes.
func (f *draft) put(b []byte, s shape) {
	t := s.at(shapeTime) & 63
	binary.LittleEndian.PutUint16(b, f.saying)
	binary.LittleEndian.PutUint64(b[rowTime:], f.time|uint64(f.d)<<t|uint64(f.q)<<(t+8))
	binary.LittleEndian.PutUint64(b[s.at(shapeRecordAt):], uint64(f.record)|uint64(f.line)<<(s.at(shapeRecord)&63))
	binary.LittleEndian.PutUint64(b[s.at(shapeSeqAt):],
		f.seq|(uint64(f.voice)|uint64(f.flags)<<(s.at(shapeVoice)&63))<<(s.at(shapeSeq)&63))
}

// rows writes all rows: those of the base that are kept, as they are if the
// shape stays, and the drafts.
func (w *builder) rows() {
	s := w.shape()
	start, size := len(w.b), s.size()
	if old := w.base.shape(); w.kept > 0 && old == s {
		w.b = append(w.b, w.base.row(0, old)[:w.kept*size]...)
	}
	end := start + len(w.order)*size
	w.b = append(w.b, make([]byte, end+8-len(w.b))...)
	for i := range w.kept {
		if w.base.shape() == s {
			break
		}
		f := w.base.draft(i)
		f.put(w.b[start+i*size:], s)
	}
	for i := range w.drafts {
		w.drafts[i].put(w.b[start+(w.kept+i)*size:], s)
	}
	w.b = w.b[:end]
	w.put64(atShape, uint64(s))
}

// shape is the smallest that all rows fit, and at least the base's if rows of it are kept.
func (w *builder) shape() shape {
	var time, record, line, seq uint64
	if w.kept > 0 {
		s := w.base.shape()
		time, record, line, seq = s.most(shapeTime), s.most(shapeRecord), s.most(shapeLine), s.most(shapeSeq)
	}
	for i := range w.drafts {
		f := &w.drafts[i]
		time, record = max(time, f.time), max(record, uint64(f.record))
		line, seq = max(line, uint64(f.line)), max(seq, f.seq)
	}
	return shapeOf(time, record, line, seq, uint64(max(len(w.voices.list), 1)-1))
}
