package plainjson

import "bytes"

// Object passes over an object, which whoever decodes it judges, and gives its bytes.
func (r *Reader) Object() []byte {
	r.space()
	n := valueBytes(r.b[r.i:])
	if n == 0 || r.b[r.i] != '{' {
		r.Fail()
		return nil
	}
	r.i += n
	return r.b[r.i-n : r.i : r.i]
}

// Pass passes over a value of any kind.
func (r *Reader) Pass() {
	r.space()
	n := valueBytes(r.b[r.i:])
	if n == 0 {
		r.Fail()
	}
	r.i += n
}

// valueBytes is how many bytes the value has that b begins with, 0 if it does
// not end. It looks for the end alone: strings are passed over by their quotes,
// and brackets are counted whatever their kind.
func valueBytes(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			n := stringBytes(b[i:])
			if n == 0 {
				return 0
			}
			if i += n - 1; depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth <= 0 {
				return i + 1 + depth // past the bracket, or before one that is not the value's
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 { // after a number or a word
				return i
			}
		}
	}
	return 0
}

// stringBytes is how many bytes the string has that b begins with, quotes included, 0 if it does not end.
func stringBytes(b []byte) int {
	for end := 1; ; end++ {
		n := bytes.IndexByte(b[end:], '"')
		if n < 0 {
			return 0
		}
		if end += n; !escaped(b[1:end]) {
			return end + 1
		}
	}
}
