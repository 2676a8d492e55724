package envelope

import (
	"strings"

	"github.com/context-manager/context-manager/messages"
)

const (
	maxInboxBytes       = 256
	maxInboxPrefixBytes = maxInboxBytes / 2
)

// CheckInboxPrefix refuses a prefix under which no inbox would be accepted.
func CheckInboxPrefix(prefix string) error {
	if len(prefix) > maxInboxPrefixBytes || !messages.IsSubject(prefix) {
		return messages.Errorf(messages.CodeBadRequest,
			"the inbox prefix must be dot-separated tokens of letters, digits, _, - and =, at most %d bytes", maxInboxPrefixBytes)
	}
	return nil
}

// isInbox tells whether subject may be replied to at all, whoever asks: whether
// it is short, has more than one token, and none that is special to a server.
func isInbox(subject string) bool {
	return len(subject) <= maxInboxBytes && strings.Contains(subject, ".") && messages.IsSubject(subject)
}

// isBelow tells whether subject lies under prefix and is not prefix itself.
func isBelow(subject, prefix string) bool {
	rest, ok := strings.CutPrefix(subject, prefix)
	return ok && strings.HasPrefix(rest, ".")
}
