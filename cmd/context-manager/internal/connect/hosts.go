package connect

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// hosts names the servers of a NATS URL list without the users and passwords in it.
func hosts(list string) string {
	var names []string
	for one := range strings.SplitSeq(list, ",") {
		names = append(names, host(strings.TrimSpace(one)))
	}
	return strings.Join(names, ", ")
}

// noHost stands for an address that is none: what it is instead may be a password.
const noHost = "(no valid URL)"

func host(one string) string {
	if !strings.Contains(one, "://") {
		one = "nats://" + one
	}
	parsed, err := url.Parse(one)
	if err != nil || parsed.Host == "" || !isPort(parsed.Port()) {
		return noHost
	}
	return parsed.Host
}

// foreignScheme is the scheme of a URL that no NATS server has, "" if there is none. The
// NATS client would take it for nats.
func foreignScheme(list string) string {
	for one := range strings.SplitSeq(list, ",") {
		parsed, err := url.Parse(strings.TrimSpace(one))
		if err != nil || parsed.Host == "" {
			continue // of one without a scheme, what is before the colon may be a user
		}
		if !slices.Contains([]string{"nats", "tls", "ws", "wss", ""}, parsed.Scheme) {
			return parsed.Scheme
		}
	}
	return ""
}

// isPort tells whether a URL's port is one, or left out.
func isPort(port string) bool {
	_, err := strconv.ParseUint(port, 10, 16)
	return err == nil || port == ""
}
