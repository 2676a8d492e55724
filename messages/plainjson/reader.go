package plainjson

import "bytes"

// A Reader reads JSON in one pass, if it is written plainly, as encoders do: no
// escape but those of two bytes, no null, no name twice, no unknown field. It never
// says what is wrong. Whatever it does not take is left to a general way, which
// takes more and explains what it refuses; so this one may only ever be as strict
// or stricter.
//
// Whoever reads asks for what should come next. Once that did not come there is no
// further field or element, and what was read is of no use: Ended tells.
type Reader struct {
	tokens
	copies bool // of texts
	failed bool // and nothing read is of use
}

// NewReader reads body. Its texts share the body's memory, which is not to be
// written to any more: those of a request of 10 MiB would be there twice else.
func NewReader(body []byte) Reader { return Reader{tokens: tokens{b: body}} }

// Ended tells whether all that was asked for was there, and nothing follows. Whether
// the body is UTF-8 it does not look at.
func (r *Reader) Ended() bool {
	r.space()
	return !r.failed && r.i == len(r.b)
}

// A FieldSet remembers which fields of one object were there, up to 32.
type FieldSet uint32

// Once fails the reading if a field comes again.
func (r *Reader) Once(seen *FieldSet, field int) {
	bit := FieldSet(1) << field
	r.failed = r.failed || *seen&bit != 0
	*seen |= bit
}

// Fail ends the reading: what came is left to the general way.
func (r *Reader) Fail() { r.failed = true }

// Field goes to the next member of an object and gives its name; nil at the
// object's end, or when the reading has failed. first is set for the first member.
func (r *Reader) Field(first bool) []byte {
	if r.failed || !r.between(first, '{', '}') {
		return nil
	}
	quoted := r.quoted()
	if !r.take(':') || bytes.IndexByte(quoted, '\\') >= 0 {
		r.Fail()
		return nil
	}
	return quoted
}

// Element goes to the next element of a list and tells whether there is one.
func (r *Reader) Element(first bool) bool { return !r.failed && r.between(first, '[', ']') }

// between passes over what stands before a member: the opening bracket before
// the first, a comma before others. false: the closing bracket was there.
func (r *Reader) between(first bool, opening, closing byte) bool {
	if first {
		if !r.take(opening) {
			r.Fail()
			return false
		}
		return !r.take(closing)
	}
	if r.take(closing) {
		return false
	}
	if !r.take(',') {
		r.Fail()
	}
	return !r.failed
}

// quoted passes over a string and gives what is between its quotes, as it stands.
func (r *Reader) quoted() []byte {
	if !r.take('"') {
		r.Fail()
		return nil
	}
	start := r.i
	for {
		r.i += plainPrefix(r.b[r.i:])
		switch {
		case r.i >= len(r.b) || r.b[r.i] < ' ':
			r.Fail()
			return nil
		case r.b[r.i] == '"':
			r.i++
			return r.b[start : r.i-1]
		}
		if r.i += 2; r.i > len(r.b) { // an escape
			r.Fail()
			return nil
		}
	}
}

// Text reads a string. What has no escape is the body's own bytes, but of a Reader
// that a Cursor made.
func (r *Reader) Text() string {
	quoted := r.quoted()
	switch {
	case bytes.IndexByte(quoted, '\\') >= 0:
	case r.copies:
		return string(quoted)
	default:
		return alias(quoted)
	}
	plain, ok := unescapeShort(quoted)
	if !ok {
		r.Fail()
	}
	return plain
}

// Word reads a string that is most often one of a few, which then need not be allocated.
func Word[T ~string](r *Reader, words []T) T {
	start := r.i
	quoted := r.quoted()
	for _, word := range words {
		if string(quoted) == string(word) {
			return word
		}
	}
	r.i = start
	return T(r.Text())
}
