package messages

import (
	"math"
	"strconv"
)

// A jsonWriter appends JSON to b. It is for the requests and replies that are
// on the hot path; whatever else is sent goes through encoding/json. Its
// output is compact and decodes to what encoding/json's would.
type jsonWriter struct {
	b []byte
	// begun is set when the object or list being written has a member already.
	begun bool
}

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

// key begins a member of an object. Its name is ours and needs no escaping.
func (w *jsonWriter) key(name string) {
	w.next()
	w.b = append(append(append(w.b, '"'), name...), '"', ':')
}

func (w *jsonWriter) text(name, value string) {
	w.key(name)
	w.b = appendJSONString(w.b, value)
}

// optionalText leaves an empty string out.
func (w *jsonWriter) optionalText(name, value string) {
	if value != "" {
		w.text(name, value)
	}
}

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

func (w *jsonWriter) texts(name string, values []string) {
	w.key(name)
	w.open('[')
	for _, v := range values {
		w.next()
		w.b = appendJSONString(w.b, v)
	}
	w.close(']')
}

// appendFloat writes the shortest number that reads back alike. What JSON has
// no number for becomes null.
func appendFloat(b []byte, f float64, width int) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(b, "null"...)
	}
	return strconv.AppendFloat(b, f, 'g', -1, width)
}
