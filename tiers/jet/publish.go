package jet

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

// Expected is the condition of a publish: the newest message of a subject, which
// may be a wildcard, has this sequence.
type Expected struct {
	Subject string // "": the subject that is published to
	Seq     uint64 // 0: there is none
	Mark    string // no condition, but a header of this name, stored with the message; "": none
}

// Publish sends one message to a stream and gives its sequence there, when it is
// acknowledged. Its headers are those of the condition; it goes by itself after
// ttl, rounded up to whole seconds, if that is not 0. An ErrTimeout is
// ambiguous: the message may be stored.
//
// It reads the acknowledgement by hand: that is half the time and garbage, on
// this side, of nats.go's own PublishMsg.
func (m *Mux) Publish(ctx context.Context, msg *nats.Msg, e Expected, ttl, atMost time.Duration) (uint64, error) {
	msg.Header = nats.Header{jetstream.ExpectedLastSubjSeqHeader: {strconv.FormatUint(e.Seq, 10)}}
	if e.Subject != "" {
		msg.Header[jetstream.ExpectedLastSubjSeqSubjHeader] = []string{e.Subject}
	}
	if e.Mark != "" {
		msg.Header[e.Mark] = []string{"1"}
	}
	if ttl > 0 {
		msg.Header[jetstream.MsgTTLHeader] = []string{wholeSeconds(ttl)}
	}
	c, err := m.sendMsg(msg)
	if err != nil {
		return 0, err
	}
	defer c.Release()
	replies, err := c.Wait(ctx, atMost)
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
