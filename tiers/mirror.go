package tiers

import (
	"fmt"

	"github.com/context-manager/context-manager/tiers/jet"
)

// nats-server has every mirror in the workers' account take part in answering
// direct gets of what it mirrors, whatever its settings say (2.15.3: mirror_direct
// follows the origin's allow_direct). A mirror comes after its stream, keeps what
// was removed from that, and may have been begun late: what it has is not the log.
// Each message in an answer names the stream that it is from. So answers with
// messages of another are not used, and from the first on, direct gets of the
// bucket count for no more than those of a replicated one whose replicas answer in
// turn: the leader, which no mirror can pass for, tells how far the stream is, and
// whether there is nothing.

// errMirror is errBehind, so that the leader is asked instead.
var errMirror = fmt.Errorf("a mirror of the bucket answered: %w", errBehind)

// originates tells, by an error, whether an answer's messages are a mirror's.
func (t *tier) originates(replies jet.Replies) error {
	messages := replies.Messages()
	if len(messages) == 0 {
		return nil
	}
	switch from := jet.StreamOf(messages[0]); from { // one of those who may answer gives all of an answer
	case t.stream.Name:
		return nil
	case "":
		return jet.ErrLost
	default:
		t.noteMirror(from)
		return errMirror
	}
}

// noteMirror counts an answer of a mirror, and tells of the first.
func (t *tier) noteMirror(from string) {
	t.met.mirrored.Inc()
	if !t.lead.mirrored.Swap(true) {
		t.log.Error().Str("tier", t.label).Str("stream", from).
			Msg("a mirror answers reads of the bucket, which makes them slow: remove it (PRODUCTION.md, Backup)")
	}
}

// several tells whether others than the leader answer direct gets, too.
func (l *leadership) several() bool { return l.replicated.Load() || l.mirrored.Load() }
