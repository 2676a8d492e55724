package plainjson

import (
	"math"
	"strconv"
)

// A Writer appends JSON. Its output is compact and decodes to what encoding/json's
// would.
type Writer struct {
	b []byte
	// begun is set when the object or list being written has a member already.
	begun bool
}

// NewWriter appends to dst.
func NewWriter(dst []byte) Writer { return Writer{b: dst} }

// Bytes is dst and what was written after it.
func (w *Writer) Bytes() []byte { return w.b }

// Open begins an object or a list.
func (w *Writer) Open(bracket byte) {
	w.b = append(w.b, bracket)
	w.begun = false
}

// Close ends an object or a list.
func (w *Writer) Close(bracket byte) {
	w.b = append(w.b, bracket)
	w.begun = true
}

// Next goes before each member of a list.
func (w *Writer) Next() {
	if w.begun {
		w.b = append(w.b, ',')
	}
	w.begun = true
}

// Key begins a member of an object. Its name is the program's own and needs no escaping.
func (w *Writer) Key(name string) {
	w.Next()
	w.b = append(append(append(w.b, '"'), name...), '"', ':')
}

// Text writes a member that is a string.
func (w *Writer) Text(name, value string) {
	w.Key(name)
	w.b = appendString(w.b, value)
}

// OptionalText leaves an empty string out.
func (w *Writer) OptionalText(name, value string) {
	if value != "" {
		w.Text(name, value)
	}
}

// Number writes a member that is a whole number.
func (w *Writer) Number(name string, value int64) {
	w.Key(name)
	w.b = strconv.AppendInt(w.b, value, 10)
}

// OptionalNumber leaves 0 out.
func (w *Writer) OptionalNumber(name string, value int64) {
	if value != 0 {
		w.Number(name, value)
	}
}

// OptionalTrue leaves false out.
func (w *Writer) OptionalTrue(name string, value bool) {
	if value {
		w.Key(name)
		w.b = append(w.b, "true"...)
	}
}

// OptionalSequence leaves 0 out.
func (w *Writer) OptionalSequence(name string, value uint64) {
	if value != 0 {
		w.Key(name)
		w.b = strconv.AppendUint(w.b, value, 10)
	}
}

// Texts writes a member that is a list of strings. It is never null.
func (w *Writer) Texts(name string, values []string) {
	w.Key(name)
	w.Open('[')
	for _, v := range values {
		w.Next()
		w.b = appendString(w.b, v)
	}
	w.Close(']')
}

// Pair writes a member that is a string, and whose name may be any text.
func (w *Writer) Pair(name, value string) {
	w.Next()
	w.b = append(appendString(w.b, name), ':')
	w.b = appendString(w.b, value)
}

// Float writes, after Key or Next, the shortest number that reads back alike in a
// width of 32 or 64 bits. What JSON has no number for becomes null.
func (w *Writer) Float(f float64, width int) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		w.b = append(w.b, "null"...)
		return
	}
	w.b = strconv.AppendFloat(w.b, f, 'g', -1, width)
}
