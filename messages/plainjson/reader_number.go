package plainjson

import (
	"bytes"
	"strconv"
)

// Whole reads a whole number of at most 18 digits.
func (r *Reader) Whole() int64 { return r.signed(64) }

// Count is Whole for an int, which may have 32 bits.
func (r *Reader) Count() int { return int(r.signed(strconv.IntSize)) }

func (r *Reader) signed(bits int) int64 {
	n, err := strconv.ParseInt(r.number(18), 10, bits)
	if err != nil { // a fraction, an exponent, or out of range: if it is an error, of which kind
		r.Fail()
	}
	return n
}

// Sequence reads a number that has no sign, not even that of -0.
func (r *Reader) Sequence() uint64 {
	n, err := strconv.ParseUint(r.number(18), 10, 64)
	if err != nil {
		r.Fail()
	}
	return n
}

// Float reads a number of a width of 32 or 64 bits.
func (r *Reader) Float(width int) float64 {
	f, err := strconv.ParseFloat(r.number(32), width)
	if err != nil {
		r.Fail()
	}
	return f
}

// number passes over a number of at most so many bytes beside its sign.
func (r *Reader) number(most int) string {
	r.space()
	start := r.i
	if err := r.tokens.number(); err != nil || r.i-start > most+1 {
		r.Fail()
		return "0"
	}
	return alias(r.b[start:r.i]) // which is parsed at once
}

// Truth reads true or false.
func (r *Reader) Truth() bool {
	r.space()
	rest := r.b[r.i:]
	switch {
	case bytes.HasPrefix(rest, []byte("true")):
		r.i += len("true")
		return true
	case bytes.HasPrefix(rest, []byte("false")):
		r.i += len("false")
	default:
		r.Fail()
	}
	return false
}
