package envelope

import (
	"strconv"
	"strings"

	"github.com/context-manager/context-manager/messages"
)

// headerLineBytes is what a header costs on the wire beside name and value: ": " and CR LF.
const headerLineBytes = 4

// headerBytes is the size of a header block on the wire, without its first line.
func headerBytes(h map[string][]string) int {
	n := 0
	for name, values := range h {
		for _, value := range values {
			n += len(name) + len(value) + headerLineBytes
		}
	}
	return n
}

// headersOf makes headers of names and values by turns.
func headersOf(namesAndValues ...string) map[string][]string {
	h := make(map[string][]string, len(namesAndValues)/2)
	for i := 1; i < len(namesAndValues); i += 2 {
		h[namesAndValues[i-1]] = namesAndValues[i : i+1 : i+1] // no room to append into the next
	}
	return h
}

// checkHeaderNames refuses names that a reader could take for one of ours
// without their being it: case twins, unknown "Ctx-" headers, and names with
// bytes that no header name has, such as a space at the end.
func checkHeaderNames(h map[string][]string, known func(string) bool) error {
	for name := range h {
		if name == HeaderMsgID || known(name) {
			continue // it is spelt as it should be
		}
		if !isHeaderName(name) {
			return refuse(messages.CodeBadEnvelope, ReasonHeader, "a header's name is empty or has a byte that is not legal in a name")
		}
		if isOurs(name) {
			return refuse(messages.CodeBadEnvelope, ReasonHeader, "a header whose name starts with Ctx- is unknown, or written in another case")
		}
		if strings.EqualFold(name, HeaderMsgID) {
			return refuse(messages.CodeBadEnvelope, ReasonHeader, "%s is written in another case", HeaderMsgID)
		}
	}
	return nil
}

// isOurs tells whether name starts with "Ctx-" in any case.
func isOurs(name string) bool {
	return len(name) >= 4 && strings.EqualFold(name[:4], "Ctx-")
}

// isHeaderName tells whether name is a token as RFC 9110 section 5.6.2 defines it.
func isHeaderName(name string) bool {
	for i := range len(name) {
		c := name[i]
		if c <= ' ' || c > '~' || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return name != ""
}

// singleHeader returns the value of a header that must be there exactly once.
func singleHeader(h map[string][]string, name string) (string, error) {
	switch values := h[name]; len(values) {
	case 1:
		return values[0], nil
	case 0:
		return "", refuse(messages.CodeBadEnvelope, ReasonHeader, "%s is missing", name)
	default:
		return "", refuse(messages.CodeBadEnvelope, ReasonHeader, "%s is there %d times: send it once", name, len(values))
	}
}

// checkedHeader returns a single header whose value is legal. Form says in words what is.
func checkedHeader(h map[string][]string, name string, legal func(string) bool, form string) (string, error) {
	value, err := singleHeader(h, name)
	if err != nil {
		return "", err
	}
	if !legal(value) {
		return "", refuse(messages.CodeBadEnvelope, ReasonHeader, "%s must be %s", name, form)
	}
	return value, nil
}

// timeHeader returns a single header's unix milliseconds. One number has one
// spelling: no sign, no leading zero, at most 15 digits, so it never overflows.
func timeHeader(h map[string][]string, name string) (int64, error) {
	value, err := checkedHeader(h, name, isNumber, "unix milliseconds: 1 to 15 digits, no sign, no leading zero")
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(value, 10, 64)
}

func isNumber(s string) bool {
	if s == "" || len(s) > maxTimeDigits || s[0] == '0' && len(s) > 1 {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func isKeyID(s string) bool { return len(s) <= maxKeyIDBytes && messages.IsPlain(s) }

func isMAC(s string) bool {
	var raw [macBytes]byte
	return messages.DecodeCanonical(raw[:], s)
}
