package plainjson

import (
	"bytes"
	"unsafe"
)

// escaped tells whether what follows is escaped: by an odd number of backslashes.
func escaped(before []byte) bool {
	n := len(before)
	for n > 0 && before[n-1] == '\\' {
		n--
	}
	return (len(before)-n)%2 == 1
}

// unescapeShort reads a string whose escapes are all of two bytes. Between
// them it copies what stands for itself.
func unescapeShort(quoted []byte) (string, bool) {
	out := make([]byte, 0, len(quoted))
	for {
		at := bytes.IndexByte(quoted, '\\')
		if at < 0 {
			return alias(append(out, quoted...)), true
		}
		c, ok := unescape(quoted[at:])
		if !ok {
			return "", false
		}
		out = append(append(out, quoted[:at]...), c)
		quoted = quoted[at+2:]
	}
}

// alias is the string of bytes that nobody changes any more.
func alias(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// unescape reads an escape of two bytes.
func unescape(b []byte) (byte, bool) {
	if len(b) < 2 {
		return 0, false
	}
	switch b[1] {
	case '"', '\\', '/':
		return b[1], true
	case 'n':
		return '\n', true
	case 't':
		return '\t', true
	case 'r':
		return '\r', true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	default: // \u, which encoding/json knows all about
		return 0, false
	}
}
