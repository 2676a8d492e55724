package jet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// A Stream is one stream of JetStream, of whose leader something is asked through
// its API. That goes through the mux, and asks for no more than is needed.
type Stream struct {
	Mux  *Mux
	Name string
}

// A Message is one that a stream's leader gave.
type Message struct {
	Subject string `json:"subject"`
	Seq     uint64 `json:"seq"`
	Headers []byte `json:"hdrs"` // as they lie in the stream: see Header
	Data    []byte `json:"data"`
}

// Header is what the message was stored with. Headers that cannot be read are none.
func (m *Message) Header() nats.Header {
	if len(m.Headers) == 0 {
		return nil
	}
	h, err := nats.DecodeHeadersMsg(m.Headers)
	if err != nil {
		return nil
	}
	return h
}

// ErrNone means that the leader has no such message.
var ErrNone = errors.New("no such message")

// Last gives the newest message of a subject, or ErrNone.
func (s Stream) Last(ctx context.Context, subject string, atMost time.Duration) (*Message, error) {
	return s.get(ctx, []byte(`{"last_by_subj":"`+subject+`"}`), atMost)
}

// Next gives the first message under a wildcard from a sequence on, or ErrNone.
func (s Stream) Next(ctx context.Context, wildcard string, from uint64, atMost time.Duration) (*Message, error) {
	body := append([]byte(`{"next_by_subj":"`), wildcard...)
	body = append(strconv.AppendUint(append(body, `","seq":`...), from, 10), '}')
	return s.get(ctx, body, atMost)
}

// get asks for one message.
func (s Stream) get(ctx context.Context, body []byte, atMost time.Duration) (*Message, error) {
	var reply struct {
		Error   *jetstream.APIError `json:"error"`
		Message *Message            `json:"message"`
	}
	err := s.request(ctx, "MSG.GET", body, atMost, &reply)
	switch {
	case err != nil:
		return nil, err
	case reply.Error != nil && reply.Error.ErrorCode == jetstream.JSErrCodeMessageNotFound:
		return nil, ErrNone
	case reply.Error != nil:
		return nil, reply.Error
	case reply.Message == nil:
		return nil, ErrNone
	}
	return reply.Message, nil
}

// An Info is how a stream is, by its leader.
type Info struct {
	Total int `json:"total"` // of subjects; more than there are in the answer if they were too many
	jetstream.StreamInfo
}

// Info asks how the stream is, and which subjects it has that match a filter, if
// that is not "". A member of a group without a leader answers too, and is not
// believed: that is a nats.ErrNoResponders.
func (s Stream) Info(ctx context.Context, filter string, atMost time.Duration) (*Info, error) {
	var body []byte
	if filter != "" {
		body = []byte(`{"subjects_filter":"` + filter + `"}`)
	}
	var reply struct {
		Error *jetstream.APIError `json:"error"`
		Info
	}
	err := s.request(ctx, "INFO", body, atMost, &reply)
	switch {
	case err != nil:
		return nil, CauseOf(ctx, err)
	case reply.Error != nil:
		return nil, reply.Error
	case reply.Cluster != nil && reply.Cluster.Leader == "":
		return nil, errLeaderless
	}
	return &reply.Info, nil
}

// errLeaderless passes, as the lack of anybody who answers does.
var errLeaderless = fmt.Errorf("the stream has no leader: %w", nats.ErrNoResponders)

// Purge removes what is under a subject up to a sequence. It asks the API
// itself, since nats.go would look up the stream first.
func (s Stream) Purge(ctx context.Context, subject string, upTo uint64, atMost time.Duration) error {
	body := append([]byte(`{"filter":"`), subject...)
	body = append(strconv.AppendUint(append(body, `","seq":`...), upTo+1, 10), '}')
	var reply struct {
		Error *jetstream.APIError `json:"error"`
	}
	err := s.request(ctx, "PURGE", body, atMost, &reply)
	if err == nil && reply.Error != nil {
		err = reply.Error
	}
	return err
}

// request sends a request to JetStream's API and decodes the reply.
func (s Stream) request(ctx context.Context, verb string, body []byte, atMost time.Duration, reply any) error {
	c, err := s.Mux.send("$JS.API.STREAM."+verb+"."+s.Name, body, true)
	if err != nil {
		return err
	}
	defer c.Release()
	replies, err := c.Wait(ctx, atMost)
	if err != nil {
		return err
	}
	if replies[0].Header.Get(statusHeader) == statusNoOne {
		return nats.ErrNoResponders
	}
	return json.Unmarshal(replies[0].Data, reply)
}
