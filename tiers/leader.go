package tiers

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/tiers/page"
)

// A direct get may be answered by any replica, and a client is served by the
// one it is connected to, so asking again does not help when that one lags.
// Only two requests are answered by the leader alone: STREAM.INFO, which tells
// how far the stream is, and STREAM.MSG.GET, which gives one message at a time.

// leadership is what is known of a stream's leader.
type leadership struct {
	replicated atomic.Bool   // more than one replica: direct gets may lag
	seq        atomic.Uint64 // the stream's last sequence when the leader was last asked
	contact    atomic.Int64  // when that was, unix ms by the injected clock
	probing    atomic.Bool   // somebody keeps asking: without Run nobody does, and contact tells nothing
}

// refresh asks the leader how far the stream is.
func (t *tier) refresh(ctx context.Context) (uint64, error) {
	asked := t.clock()
	s, err := t.js.Stream(ctx, t.stream)
	if err != nil {
		return 0, causeOf(ctx, err)
	}
	info := s.CachedInfo()
	t.lead.replicated.Store(info.Config.Replicas > 1)
	t.lead.seq.Store(info.State.LastSeq)
	t.lead.contact.Store(asked.UnixMilli())
	return info.State.LastSeq, nil
}

// meet asks the leader for the first time, and again while it does not answer.
func (t *tier) meet(ctx context.Context) error {
	limited, end := within(ctx, t.cfg.Write.Deadline)
	defer end()
	_, err := retry(limited, t.cfg.Write.Backoff, func() (uint64, error) {
		once, cancel := context.WithTimeout(limited, t.cfg.Write.Attempt)
		defer cancel()
		seq, err := t.refresh(once)
		return seq, permanentIf(err, !transient(err))
	})
	return err
}

// behind tells whether an answer complete up to a sequence is known to be old:
// the leader had more when it was last asked.
func (t *tier) behind(upTo uint64) bool {
	return t.lead.replicated.Load() && upTo < t.lead.seq.Load()
}

// doubt tells how long ago the leader of a replicated stream was last heard
// of, if that is too long to trust an answer of a replica that may be cut off.
func (t *tier) doubt(now time.Time) (time.Duration, bool) {
	if !t.lead.replicated.Load() || !t.lead.probing.Load() {
		return 0, false
	}
	since := now.Sub(time.UnixMilli(t.lead.contact.Load()))
	return since, since > max(5*t.cfg.Read.Probe, 3*time.Second)
}

// probe keeps asking the leaders of replicated streams, until ctx ends.
func (t *tier) probe(ctx context.Context) {
	t.probeOnce(ctx)
	t.lead.probing.Store(true)
	defer t.lead.probing.Store(false)
	for pause(ctx, jitter(t.cfg.Read.Probe)) {
		if t.lead.replicated.Load() || !t.freshContact() {
			t.probeOnce(ctx)
		}
	}
}

func (t *tier) probeOnce(ctx context.Context) {
	attempt, cancel := within(ctx, t.cfg.Read.Attempt)
	defer cancel()
	if _, err := t.refresh(attempt); err != nil && ctx.Err() == nil {
		t.log.Debug().Err(err).Str("tier", t.label).Msg("the stream's leader did not answer")
	}
}

// freshContact tells whether the number of replicas was looked up in the last
// minute: an operator may raise it while workers run.
func (t *tier) freshContact() bool {
	return t.clock().Sub(time.UnixMilli(t.lead.contact.Load())) < time.Minute
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

// condition is the one under which the message was stored, if there was one.
func (r *leaderReply) condition() (conditional, bool) {
	if len(r.Message.Headers) == 0 {
		return conditional{}, false
	}
	h, err := nats.DecodeHeadersMsg(r.Message.Headers)
	if err != nil {
		return conditional{}, false
	}
	after, ok := conditionOf(h, r.Message.Subject)
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

// leaderBatch reads an owner's segments from a sequence on, one by one, of the
// leader. Compaction during the walk moves entries to segments further on,
// which the walk still meets, so nothing is missed.
func (t *tier) leaderBatch(ctx context.Context, wildcard string, from uint64) (batch, error) {
	upTo, err := t.refresh(ctx)
	if err != nil {
		return batch{}, err
	}
	b := batch{upTo: upTo}
	for next := max(1, from); ; {
		body := append([]byte(`{"next_by_subj":"`), wildcard...)
		body = append(strconv.AppendUint(append(body, `","seq":`...), next, 10), '}')
		r, err := t.leaderGet(ctx, t.stream, body, t.cfg.Read.Attempt)
		if errors.Is(err, errNone) {
			b.none = from == 0 && len(b.segs) == 0
			return b, nil
		}
		if err != nil {
			return batch{}, err
		}
		b.take(page.Stored{Name: segmentName(r.Message.Subject), Seq: r.Message.Seq, Data: r.Message.Data})
		if c, ok := r.condition(); ok {
			b.conds = append(b.conds, c)
		}
		b.upTo = max(b.upTo, r.Message.Seq)
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
