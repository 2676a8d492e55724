package messages

import "strings"

// DefaultInboxPrefix is what the inboxes of NATS clients begin with.
const DefaultInboxPrefix = "_INBOX"

const (
	maxInboxBytes       = 256
	maxInboxPrefixBytes = maxInboxBytes / 2
)

// CheckInboxPrefix refuses a prefix under which no inbox would be accepted.
func CheckInboxPrefix(prefix string) error {
	if len(prefix) > maxInboxPrefixBytes || !isDotted(prefix, isInboxByte) {
		return Errorf(CodeBadRequest,
			"the inbox prefix must be dot-separated tokens of letters, digits, _, - and =, at most %d bytes", maxInboxPrefixBytes)
	}
	return nil
}

// isInbox tells whether subject may be replied to at all, whoever asks: plain
// tokens, so no wildcard, no "$" of the server's own subjects ($JS, $KV, $SYS),
// no empty token, no space or line break.
func isInbox(subject string) bool {
	return len(subject) <= maxInboxBytes && strings.Contains(subject, ".") && isDotted(subject, isInboxByte)
}

func isInboxByte(c byte) bool { return isTokenByte(c) || c == '=' }

// isBelow tells whether subject lies under prefix and is not prefix itself.
func isBelow(subject, prefix string) bool {
	return len(subject) > len(prefix) && under(subject, prefix)
}
