package tiers

import (
	"context"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// What lies under an owner's subjects and is no segment was not written by a
// worker. JetStream itself can be made to write there: it sends the
// acknowledgement of a publish to whatever reply subject the publisher chose,
// with the server's own rights, and so past the permissions of a caller who
// shares an account with the buckets. (In deploy/nats callers have an account
// of their own, and cannot.) Buckets refuse a second message on a subject, so
// such a message can replace nothing; and it counts for nothing: its sequence
// is seen, for the next compare-and-set, and merges remove it. If one such
// message failed the read instead, anybody could make a session unreadable.

// take adds a message to the batch, emptied if it is no segment.
func (b *batch) take(s page.Stored) {
	foreign := !page.IsSegment(s.Data)
	if foreign {
		b.foreign++
		s.Data = emptySegment()
	}
	if foreign || isProof(s.Name) {
		b.void = append(b.void, page.Stored{Name: s.Name, Seq: s.Seq})
	}
	b.segs = append(b.segs, s)
	b.bytes += len(s.Data)
}

// noteForeign counts and logs what was no segment.
func (t *tier) noteForeign(b batch) {
	if b.foreign == 0 {
		return
	}
	t.met.foreign.Add(float64(b.foreign))
	t.log.Warn().Str("tier", t.label).Int("messages", b.foreign).
		Msg("messages that no worker wrote lie among segments: look who may publish in this account (SECURITY.md)")
}

// clearName removes a message that is no segment from the name that one is to have.
func (t *tier) clearName(ctx context.Context, wildcard, name string, have *jet.Message) error {
	t.noteForeign(batch{foreign: 1})
	return t.remove(ctx, wildcard, []page.Stored{{Name: name, Seq: have.Seq}})
}
