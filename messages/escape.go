package messages

import (
	"unicode"
	"unicode/utf8"
)

// Escaping puts any id into one token of a NATS subject or KV key. Letters,
// digits, "_" and "-" stay as they are; every other byte becomes "=" and two
// upper-case hexadecimal digits. The empty id is a lone "=". It is one to one:
// two ids never share a token and two tokens never mean one id, so neither a
// tenant nor an owner can reach into another's subjects by choice of its name.

const (
	escapeByte = '='
	upperHex   = "0123456789ABCDEF"
)

// Escape returns id as one subject token. The token is never empty.
func Escape(id string) string {
	if IsPlain(id) {
		return id
	}
	return string(AppendEscaped(make([]byte, 0, len(id)+16), id))
}

// AppendEscaped appends id as one subject token to dst.
func AppendEscaped(dst []byte, id string) []byte {
	if id == "" {
		return append(dst, escapeByte)
	}
	for i := range len(id) {
		c := id[i]
		if isTokenByte(c) {
			dst = append(dst, c)
			continue
		}
		dst = append(dst, escapeByte, upperHex[c>>4], upperHex[c&15])
	}
	return dst
}

// Unescape returns the id that a token stands for. It refuses whatever Escape
// would not have written.
func Unescape(token string) (string, error) {
	if token == "=" {
		return "", nil
	}
	if IsPlain(token) {
		return token, nil
	}
	id := make([]byte, 0, len(token))
	for i := 0; i < len(token); i++ {
		if isTokenByte(token[i]) {
			id = append(id, token[i])
			continue
		}
		c, ok := escapedByte(token[i:])
		if !ok {
			return "", Errorf(CodeBadRequest, "token has a byte at %d that is neither plain nor an escape: write ids with Escape", i)
		}
		id = append(id, c)
		i += 2
	}
	if len(id) == 0 {
		return "", Errorf(CodeBadRequest, "token is empty: the escaped empty id is \"=\"")
	}
	return string(id), nil
}

// escapedByte reads the escape at the start of s, if there is one and it was necessary.
func escapedByte(s string) (byte, bool) {
	if len(s) < 3 || s[0] != escapeByte {
		return 0, false
	}
	high, okHigh := hexValue(s[1])
	low, okLow := hexValue(s[2])
	c := high<<4 | low
	return c, okHigh && okLow && !isTokenByte(c)
}

func hexValue(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	default:
		return 0, false
	}
}

// IsPlain tells whether s is a token that stands for itself: one or more
// letters, digits, "_" and "-", so that Escape changes nothing.
func IsPlain(s string) bool {
	for i := range len(s) {
		if !isTokenByte(s[i]) {
			return false
		}
	}
	return s != ""
}

// isTokenByte tells whether c stands for itself in a token.
func isTokenByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-'
}

// CheckID refuses an id that is empty, longer than maxBytes, not UTF-8, or
// that has control characters. Anything else is a legal id: dots, spaces,
// stars and every script. What names the id in the message, such as "session".
func CheckID(what, id string, maxBytes int) error {
	switch {
	case id == "":
		return Errorf(CodeBadRequest, "%s is empty: give 1 to %d bytes", what, maxBytes)
	case len(id) > maxBytes:
		return Errorf(CodeTooLarge, "%s has %d bytes: at most %d are allowed", what, len(id), maxBytes)
	default:
		return checkLine(what, id)
	}
}

// checkLine refuses what cannot stand in one line of text: bytes that are not UTF-8, control characters.
func checkLine(what, s string) error {
	if !utf8.ValidString(s) {
		return Errorf(CodeBadRequest, "%s is not valid UTF-8", what)
	}
	for i, r := range s {
		if unicode.IsControl(r) {
			return Errorf(CodeBadRequest, "%s has a control character at byte %d: remove it", what, i)
		}
	}
	return nil
}
