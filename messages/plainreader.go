package messages

import "bytes"

// A plainReader reads requests of the hot path in one pass, if they are
// written plainly, as encoders do: no escape but those of two bytes, no null,
// no name twice, no unknown field. It never says what is wrong. Whatever it
// does not take is left to the general way, which takes more and explains
// what it refuses; so this one may only ever be as strict or stricter
// (FuzzPlainReader). An assemble is so decoded in a fifth of the time
// (BenchmarkDecodePlain).
type plainReader struct {
	b       []byte
	i       int
	replies bool // what only replies have is taken too
	failed  bool // and nothing read is of use
}

// A fieldSet remembers which fields of one object were there.
type fieldSet uint32

// once fails the reading if a field comes again.
func (r *plainReader) once(seen *fieldSet, field int) {
	bit := fieldSet(1) << field
	r.failed = r.failed || *seen&bit != 0
	*seen |= bit
}

func (r *plainReader) fail() { r.failed = true }

func (r *plainReader) space() {
	for r.i < len(r.b) && (r.b[r.i] == ' ' || r.b[r.i] == '\n' || r.b[r.i] == '\t' || r.b[r.i] == '\r') {
		r.i++
	}
}

// take passes over white space and a byte, if that is the next one.
func (r *plainReader) take(c byte) bool {
	r.space()
	if r.i >= len(r.b) || r.b[r.i] != c {
		return false
	}
	r.i++
	return true
}

// field goes to the next member of an object and gives its name; nil at the
// object's end, or when the reading has failed. first is set for the first member.
func (r *plainReader) field(first bool) []byte {
	if r.failed || !r.between(first, '{', '}') {
		return nil
	}
	quoted := r.quoted()
	if !r.take(':') || bytes.IndexByte(quoted, '\\') >= 0 {
		r.fail()
		return nil
	}
	return quoted
}

// element goes to the next element of a list and tells whether there is one.
func (r *plainReader) element(first bool) bool { return !r.failed && r.between(first, '[', ']') }

// between passes over what stands before a member: the opening bracket before
// the first, a comma before others. false: the closing bracket was there.
func (r *plainReader) between(first bool, opening, closing byte) bool {
	if first {
		if !r.take(opening) {
			r.fail()
			return false
		}
		return !r.take(closing)
	}
	if r.take(closing) {
		return false
	}
	if !r.take(',') {
		r.fail()
	}
	return !r.failed
}

// quoted passes over a string and gives what is between its quotes, as it stands.
func (r *plainReader) quoted() []byte {
	if !r.take('"') {
		r.fail()
		return nil
	}
	start := r.i
	for {
		r.i += plainPrefix(r.b[r.i:])
		switch {
		case r.i >= len(r.b) || r.b[r.i] < ' ':
			r.fail()
			return nil
		case r.b[r.i] == '"':
			r.i++
			return r.b[start : r.i-1]
		}
		if r.i += 2; r.i > len(r.b) { // an escape
			r.fail()
			return nil
		}
	}
}

// text reads a string. In a request, what has no escape is the body's own
// bytes: the texts of a store of 10 MiB would be there twice else. What a reply
// has may be kept for long, and must not keep the whole reply: it is copied.
func (r *plainReader) text() string {
	quoted := r.quoted()
	switch {
	case bytes.IndexByte(quoted, '\\') >= 0:
	case r.replies:
		return string(quoted)
	default:
		return alias(quoted)
	}
	plain, ok := unescapeShort(quoted)
	if !ok {
		r.fail()
	}
	return plain
}

// oneWord reads a string that is most often one of a few, which then need not be allocated.
func oneWord[T ~string](r *plainReader, words []T) T {
	start := r.i
	quoted := r.quoted()
	for _, word := range words {
		if string(quoted) == string(word) {
			return word
		}
	}
	r.i = start
	return T(r.text())
}
