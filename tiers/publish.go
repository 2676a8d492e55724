package tiers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// A condition of a publish: the newest message of a subject, which may be a
// wildcard, has this sequence; 0 means that there is none.
type expected struct {
	subject string // "": the subject that is published to
	seq     uint64
	again   bool // no condition, but stored with the message: see repeat.go
}

// publish sends one message to a stream and waits for its acknowledgement, for
// one attempt's time. A jet.ErrTimeout is ambiguous: the message may be stored.
//
// It goes through the mux, and reads the acknowledgement by hand: that is half
// the time and garbage, on this side, of nats.go's own PublishMsg.
func (t *Tiers) publish(ctx context.Context, msg *nats.Msg, e expected, ttl time.Duration) (uint64, error) {
	msg.Header = nats.Header{jetstream.ExpectedLastSubjSeqHeader: {strconv.FormatUint(e.seq, 10)}}
	if e.subject != "" {
		msg.Header[jetstream.ExpectedLastSubjSeqSubjHeader] = []string{e.subject}
	}
	if e.again {
		msg.Header[againHeader] = []string{"1"}
	}
	if ttl > 0 {
		msg.Header[jetstream.MsgTTLHeader] = []string{wholeSeconds(ttl)}
	}
	c, err := t.mux.sendMsg(msg)
	if err != nil {
		return 0, err
	}
	defer t.mux.release(c)
	replies, err := c.wait(ctx, t.cfg.Write.Attempt)
	if err != nil {
		return 0, err
	}
	return parseAck(replies[0])
}

var errBadAck = errors.New("the acknowledgement of a publish cannot be read")

// parseAck reads a PubAck: {"stream":"KV_ctx_short","seq":7}, or one with an error.
func parseAck(msg *nats.Msg) (uint64, error) {
	if msg.Header.Get(statusHeader) == statusNoOne {
		return 0, nats.ErrNoResponders
	}
	if seq, ok := ackSequence(msg.Data); ok {
		return seq, nil
	}
	var ack struct {
		Error *jetstream.APIError `json:"error"`
	}
	if err := json.Unmarshal(msg.Data, &ack); err != nil || ack.Error == nil {
		return 0, errors.Join(errBadAck, err)
	}
	return 0, ack.Error
}

// ackSequence finds the sequence in an acknowledgement that has no error.
func ackSequence(data []byte) (uint64, bool) {
	if bytes.Contains(data, []byte(`"error"`)) {
		return 0, false
	}
	_, rest, found := bytes.Cut(data, []byte(`"seq":`))
	if !found {
		return 0, false
	}
	rest = bytes.TrimLeft(rest, " ")
	digits := 0
	for digits < len(rest) && '0' <= rest[digits] && rest[digits] <= '9' {
		digits++
	}
	seq, err := strconv.ParseUint(string(rest[:digits]), 10, 64)
	return seq, err == nil && seq > 0
}

// wholeSeconds writes a TTL as the server takes it: at least a second.
func wholeSeconds(ttl time.Duration) string {
	return strconv.FormatInt(max(1, int64((ttl+time.Second-1)/time.Second)), 10) + "s"
}
