package messages

import (
	"bytes"
	"strconv"
)

// whole reads a whole number of at most 18 digits.
func (r *plainReader) whole() int64 { return r.signed(64) }

// count is whole for an int, which may have 32 bits.
func (r *plainReader) count() int { return int(r.signed(strconv.IntSize)) }

func (r *plainReader) signed(bits int) int64 {
	n, err := strconv.ParseInt(r.number(18), 10, bits)
	if err != nil { // a fraction, an exponent, or out of range: if it is an error, of which kind
		r.fail()
	}
	return n
}

// sequence reads a number that has no sign, not even that of -0.
func (r *plainReader) sequence() uint64 {
	n, err := strconv.ParseUint(r.number(18), 10, 64)
	if err != nil {
		r.fail()
	}
	return n
}

// float reads a number of a width of 32 or 64 bits.
func (r *plainReader) float(width int) float64 {
	f, err := strconv.ParseFloat(r.number(32), width)
	if err != nil {
		r.fail()
	}
	return f
}

// number passes over a number of at most so many bytes beside its sign.
func (r *plainReader) number(most int) string {
	r.space()
	s := jsonTokens{b: r.b, i: r.i}
	if err := s.number(); err != nil || s.i-r.i > most+1 {
		r.fail()
		return "0"
	}
	token := r.b[r.i:s.i]
	r.i = s.i
	return alias(token) // which is parsed at once
}

// truth reads true or false.
func (r *plainReader) truth() bool {
	r.space()
	rest := r.b[r.i:]
	switch {
	case bytes.HasPrefix(rest, []byte("true")):
		r.i += len("true")
		return true
	case bytes.HasPrefix(rest, []byte("false")):
		r.i += len("false")
	default:
		r.fail()
	}
	return false
}
