package messages

import (
	"math"
	"strconv"
)

// A jsonWriter appends JSON. Its output is compact and decodes to what encoding/json's
// would.
type jsonWriter struct {
	b []byte
	// begun is set when the object or list being written has a member already.
	begun bool
}

// newJSONWriter appends to dst.
func newJSONWriter(dst []byte) jsonWriter { return jsonWriter{b: dst} }

// bytes is dst and what was written after it.
func (w *jsonWriter) bytes() []byte { return w.b }

// open begins an object or a list.
func (w *jsonWriter) open(bracket byte) {
	w.b = append(w.b, bracket)
	w.begun = false
}

// close ends an object or a list.
func (w *jsonWriter) close(bracket byte) {
	w.b = append(w.b, bracket)
	w.begun = true
}

// next goes before each member of a list.
func (w *jsonWriter) next() {
	if w.begun {
		w.b = append(w.b, ',')
	}
	w.begun = true
}

// key begins a member of an object. Its name is the program's own and needs no escaping.
func (w *jsonWriter) key(name string) {
	w.next()
	w.b = append(append(append(w.b, '"'), name...), '"', ':')
}

// text writes a member that is a string.
func (w *jsonWriter) text(name, value string) {
	w.key(name)
	w.b = appendString(w.b, value)
}

// optionalText leaves an empty string out.
func (w *jsonWriter) optionalText(name, value string) {
	if value != "" {
		w.text(name, value)
	}
}

// number writes a member that is a whole number.
func (w *jsonWriter) number(name string, value int64) {
	w.key(name)
	w.b = strconv.AppendInt(w.b, value, 10)
}

// optionalNumber leaves 0 out.
func (w *jsonWriter) optionalNumber(name string, value int64) {
	if value != 0 {
		w.number(name, value)
	}
}

// optionalTrue leaves false out.
func (w *jsonWriter) optionalTrue(name string, value bool) {
	if value {
		w.key(name)
		w.b = append(w.b, "true"...)
	}
}

// optionalSequence leaves 0 out.
func (w *jsonWriter) optionalSequence(name string, value uint64) {
	if value != 0 {
		w.key(name)
		w.b = strconv.AppendUint(w.b, value, 10)
	}
}

// texts writes a member that is a list of strings. It is never null.
func (w *jsonWriter) texts(name string, values []string) {
	w.key(name)
	w.open('[')
	for _, v := range values {
		w.next()
		w.b = appendString(w.b, v)
	}
	w.close(']')
}

// pair writes a member that is a string, and whose name may be any text.
func (w *jsonWriter) pair(name, value string) {
	w.next()
	w.b = append(appendString(w.b, name), ':')
	w.b = appendString(w.b, value)
}

// float writes, after key or next, the shortest number that reads back alike in a
// width of 32 or 64 bits. What JSON has no number for becomes null.
func (w *jsonWriter) float(f float64, width int) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		w.b = append(w.b, "null"...)
		return
	}
	w.b = strconv.AppendFloat(w.b, f, 'g', -1, width)
}
