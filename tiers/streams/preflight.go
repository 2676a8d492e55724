package streams

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
)

// The oldest server that has everything: compare-and-set over a wildcard.
const (
	minMajor = 2
	minMinor = 12
)

// Preflight refuses a server that cannot do the work: one that is too old, has a
// max_payload below maxMessage bytes and their headers, or no JetStream. The
// error is CodeUnavailable and says what to change.
func Preflight(ctx context.Context, nc *nats.Conn, js jetstream.JetStream, maxMessage int) error {
	if err := checkVersion(nc.ConnectedServerVersion()); err != nil {
		return err
	}
	if err := checkPayload(nc.MaxPayload(), maxMessage); err != nil {
		return err
	}
	return checkJetStream(ctx, js)
}

func checkVersion(version string) error {
	major, minor, ok := parseVersion(version)
	if !ok || major > minMajor || major == minMajor && minor >= minMinor {
		return nil // a version that cannot be read is a development build
	}
	return messages.Errorf(messages.CodeUnavailable,
		"nats-server is %s: %d.%d or newer is needed, upgrade it", version, minMajor, minMinor)
}

func parseVersion(version string) (major, minor int, ok bool) {
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	if len(parts) < 2 {
		return 0, 0, false
	}
	major, errMajor := strconv.Atoi(parts[0])
	minor, errMinor := strconv.Atoi(parts[1])
	return major, minor, errMajor == nil && errMinor == nil
}

func checkPayload(have int64, maxMessage int) error {
	need := int64(maxMessage + messages.MaxHeaderBytes)
	if have >= need {
		return nil
	}
	return messages.Errorf(messages.CodeUnavailable,
		"nats-server's max_payload is %d bytes: set max_payload: %d (or more) in its configuration", have, need)
}

// leaderlessTries is how often JetStream is asked that does not answer, or has no
// leader: at 5 s each for as long as a cluster takes that has just started.
const leaderlessTries = 4

func checkJetStream(ctx context.Context, js jetstream.JetStream) error {
	tries := 0
	_, err := jet.Retry(ctx, jet.Backoff{Initial: time.Second}, func() (*jetstream.AccountInfo, error) {
		tries++
		info, err := js.AccountInfo(ctx)
		return info, jet.PermanentIf(err, off(err) || !jet.Transient(err) || tries == leaderlessTries)
	})
	switch {
	case err == nil:
		return nil
	case errors.Is(err, jetstream.ErrJetStreamNotEnabled), errors.Is(err, nats.ErrNoResponders):
		return messages.Caused(messages.CodeUnavailable, err,
			"nats-server has JetStream off: start it with -js, or put a jetstream block with a store_dir in its configuration")
	case errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount):
		return messages.Caused(messages.CodeUnavailable, err,
			"JetStream is off for this account: put jetstream: enabled in the account's configuration")
	default:
		return messages.Caused(messages.CodeUnavailable, err,
			"nats-server's JetStream did not answer: check that the cluster has a leader and that this user may publish to $JS.API.>")
	}
}

// off tells whether JetStream is off, on the server or for the account.
func off(err error) bool {
	return errors.Is(err, nats.ErrNoResponders) || errors.Is(err, jetstream.ErrJetStreamNotEnabled) || errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount)
}
