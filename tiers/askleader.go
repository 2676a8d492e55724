package tiers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/tiers/page"
)

// A leaderReply is the reply to STREAM.MSG.GET.
type leaderReply struct {
	Error   *jetstream.APIError `json:"error"`
	Message *struct {
		Subject string `json:"subject"`
		Seq     uint64 `json:"seq"`
		Headers []byte `json:"hdrs"`
		Data    []byte `json:"data"`
	} `json:"message"`
}

// header is what the message was stored with. Headers that cannot be read are none.
func (r *leaderReply) header() nats.Header {
	if len(r.Message.Headers) == 0 {
		return nil
	}
	h, err := nats.DecodeHeadersMsg(r.Message.Headers)
	if err != nil {
		return nil
	}
	return h
}

// condition is the one under which the message was stored, if there was one.
func (r *leaderReply) condition() (conditional, bool) {
	after, ok := conditionOf(r.header(), r.Message.Subject)
	return conditional{seq: r.Message.Seq, after: after}, ok
}

// errNone means that the leader has no such message.
var errNone = errors.New("no such message")

// leaderGet gives one message of the stream, by the leader.
func (t *Tiers) leaderGet(ctx context.Context, stream string, body []byte, atMost time.Duration) (leaderReply, error) {
	var r leaderReply
	err := t.apiRequest(ctx, "$JS.API.STREAM.MSG.GET."+stream, body, atMost, &r)
	switch {
	case err != nil:
		return leaderReply{}, err
	case r.Error != nil && r.Error.ErrorCode == errNoMessage:
		return leaderReply{}, errNone
	case r.Error != nil:
		return leaderReply{}, r.Error
	case r.Message == nil:
		return leaderReply{}, errNone
	}
	return r, nil
}

// apiRequest sends a request to JetStream's API and decodes the reply.
func (t *Tiers) apiRequest(ctx context.Context, subject string, body []byte, atMost time.Duration, reply any) error {
	c, err := t.mux.send(subject, body, true)
	if err != nil {
		return err
	}
	defer t.mux.release(c)
	return c.apiReply(ctx, atMost, reply)
}

// apiReply waits for the reply of JetStream's API, which is one message, and decodes it.
func (c *call) apiReply(ctx context.Context, atMost time.Duration, reply any) error {
	replies, err := c.wait(ctx, atMost)
	if err != nil {
		return err
	}
	if replies[0].Header.Get(statusHeader) == statusNoOne {
		return nats.ErrNoResponders
	}
	return json.Unmarshal(replies[0].Data, reply)
}

// leaderLast gives the newest message of a subject, by the leader.
func (t *Tiers) leaderLast(ctx context.Context, stream, subject string, atMost time.Duration) (leaderReply, error) {
	return t.leaderGet(ctx, stream, []byte(`{"last_by_subj":"`+subject+`"}`), atMost)
}

// A streamInfo is the reply to STREAM.INFO.
type streamInfo struct {
	Error *jetstream.APIError `json:"error"`
	Total int                 `json:"total"` // of subjects; more than there are in the reply if they were too many
	jetstream.StreamInfo
}

// info asks the leader how the stream is, and which subjects it has that match
// a filter, if one is given. A member of a group without a leader answers too,
// and is not believed.
func (t *tier) info(ctx context.Context, filter []byte) (*streamInfo, error) {
	r, asked, seen := &streamInfo{}, t.clock(), t.tail.seen.Load()
	err := t.apiRequest(ctx, "$JS.API.STREAM.INFO."+t.stream, filter, t.cfg.Write.Attempt, r)
	switch {
	case err != nil:
		return nil, causeOf(ctx, err)
	case r.Error != nil:
		return nil, r.Error
	case r.Cluster != nil && r.Cluster.Leader == "":
		return nil, errLeaderless
	}
	t.note(asked, r)
	t.compare(seen, r)
	t.serverTime.hear(r.TimeStamp, t.clock())
	return r, nil
}

// errLeaderless passes, as the lack of anybody who answers does.
var errLeaderless = fmt.Errorf("the stream has no leader: %w", nats.ErrNoResponders)

// leaderBatch reads all of an owner's segments, one by one, of the leader.
//
// Any of the answers may be a leader's that was cut off. What it gives is
// there, but that there is no more proves nothing. So in the end the leader is
// asked which segments there are: one answer, which also says as of when.
func (t *tier) leaderBatch(ctx context.Context, wildcard string) (batch, error) {
	b, err := t.leaderWalk(ctx, wildcard, 0)
	if err != nil {
		return batch{}, err
	}
	info, err := t.info(ctx, []byte(`{"subjects_filter":"`+wildcard+`"}`))
	if err != nil {
		return batch{}, err
	}
	return b.asOf(&info.State, info.Total)
}

// asOf makes a batch complete up to a state of the stream, if it has all
// segments that there were, and none that is newer.
func (b batch) asOf(state *jetstream.StreamState, subjects int) (batch, error) {
	if subjects > len(state.Subjects) {
		return batch{}, errTooMany
	}
	names := make(map[string]bool, len(b.segs))
	for _, s := range b.segs {
		names[s.Name] = true
		if s.Seq > state.LastSeq {
			return batch{}, errBehind
		}
	}
	for subject := range state.Subjects {
		if !names[segmentName(subject)] {
			return batch{}, errChanging
		}
	}
	b.upTo, b.none = state.LastSeq, len(b.segs) == 0
	return b, nil
}

// leaderWalk reads an owner's segments from a sequence on, one by one, of the
// leader. Compaction during the walk moves entries to segments further on,
// which the walk still meets, so nothing is missed before the last that it found.
func (t *tier) leaderWalk(ctx context.Context, wildcard string, from uint64) (batch, error) {
	var b batch
	for next := max(1, from); ; {
		body := append([]byte(`{"next_by_subj":"`), wildcard...)
		body = append(strconv.AppendUint(append(body, `","seq":`...), next, 10), '}')
		r, err := t.leaderGet(ctx, t.stream, body, t.cfg.Read.Attempt)
		if errors.Is(err, errNone) {
			return b, nil
		}
		if err != nil && len(b.segs) > 0 {
			err = lengthy(err)
		}
		if err != nil {
			return batch{}, err
		}
		if !isUnder(wildcard, r.Message.Subject) {
			return batch{}, errStray
		}
		b.take(page.Stored{Name: segmentName(r.Message.Subject), Seq: r.Message.Seq, Data: r.Message.Data})
		b.read(r.Message.Seq, r.Message.Subject, r.header())
		next = r.Message.Seq + 1
	}
}

// purgeUpTo removes what a subject has up to a sequence. It asks the API
// itself, since nats.go would look up the stream first.
func (t *Tiers) purgeUpTo(ctx context.Context, stream, subject string, upTo uint64) error {
	body := append([]byte(`{"filter":"`), subject...)
	body = append(strconv.AppendUint(append(body, `","seq":`...), upTo+1, 10), '}')
	var reply struct {
		Error *jetstream.APIError `json:"error"`
	}
	err := t.apiRequest(ctx, "$JS.API.STREAM.PURGE."+stream, body, t.cfg.Write.Attempt, &reply)
	if err == nil && reply.Error != nil {
		err = reply.Error
	}
	return err
}
