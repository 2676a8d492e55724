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

	"github.com/context-manager/context-manager/tiers/jet"
)

// Requests to JetStream's API, which the leader of a stream answers. They go
// through the mux, and ask for no more than is needed.

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
	case r.Error != nil && r.Error.ErrorCode == jetstream.JSErrCodeMessageNotFound:
		return leaderReply{}, errNone
	case r.Error != nil:
		return leaderReply{}, r.Error
	case r.Message == nil:
		return leaderReply{}, errNone
	}
	return r, nil
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
		return nil, jet.CauseOf(ctx, err)
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
