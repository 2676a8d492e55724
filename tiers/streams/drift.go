package streams

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
)

// A difference is one setting that is not as this worker would have made it.
type difference struct {
	field      string
	want, have string
	breaks     bool // the tiers cannot keep their promises with it
}

func (d difference) String() string { return fmt.Sprintf("%s is %s, not %s", d.field, d.have, d.want) }

// differences collects the settings that differ.
type differences []difference

func differ[T any](list *differences, field string, want, have T, breaks bool) {
	w, h := fmt.Sprint(want), fmt.Sprint(have)
	if w != h {
		*list = append(*list, difference{field: field, want: w, have: h, breaks: breaks})
	}
}

// noteDrift logs and counts how a stream differs. It fails if that breaks a promise.
func (s *Set) noteDrift(want, have jetstream.StreamConfig) error {
	var list differences
	bucket := want.MaxMsgsPerSubject == 1
	differ(&list, "subjects", want.Subjects, have.Subjects, true)
	differ(&list, "retention", want.Retention, have.Retention, true)
	differ(&list, "direct get", want.AllowDirect, have.AllowDirect, bucket)
	differ(&list, "per-message TTL", want.AllowMsgTTL, have.AllowMsgTTL, bucket)
	differ(&list, "messages a subject", want.MaxMsgsPerSubject, have.MaxMsgsPerSubject, bucket)
	differ(&list, "deny purge", want.DenyPurge, have.DenyPurge, bucket)
	differ(&list, "sealed", want.Sealed, have.Sealed, true)
	differ(&list, "write once", want.DiscardNewPerSubject, have.DiscardNewPerSubject, false)
	differ(&list, "deny delete", want.DenyDelete, have.DenyDelete, false) // then removals are purges, which are slow
	differ(&list, "rollup", want.AllowRollup, have.AllowRollup, false)
	differ(&list, "discard", want.Discard, have.Discard, false)
	differ(&list, "storage", want.Storage, have.Storage, false)
	differ(&list, "replicas", want.Replicas, have.Replicas, false)
	differ(&list, "age limit", want.MaxAge, have.MaxAge, false)
	if have.MaxBytes <= 0 { // one that is there is as large as the operator has room
		differ(&list, "byte limit", want.MaxBytes, have.MaxBytes, false)
	}
	differ(&list, "message limit", want.MaxMsgs, have.MaxMsgs, false)
	differ(&list, "message size", want.MaxMsgSize, have.MaxMsgSize, false)
	return s.report(want.Name, list)
}

// noteConsumerDrift is noteDrift for the jobs' consumer.
func (s *Set) noteConsumerDrift(want, have jetstream.ConsumerConfig) error {
	var list differences
	differ(&list, "ack policy", want.AckPolicy, have.AckPolicy, true)
	differ(&list, "filter", want.FilterSubject, have.FilterSubject, false)
	differ(&list, "ack wait", want.AckWait, have.AckWait, false)
	differ(&list, "deliveries", want.MaxDeliver, have.MaxDeliver, false)
	differ(&list, "acks pending", want.MaxAckPending, have.MaxAckPending, false)
	return s.report(want.Durable, list)
}

// report counts and logs how a stream or consumer differs, which it says once.
// It fails if that breaks a promise.
func (s *Set) report(name string, list differences) error {
	s.deps.Drift.WithLabelValues(name).Set(float64(len(list)))
	words := make([]string, len(list))
	for i, d := range list {
		words[i] = d.String()
	}
	all := strings.Join(words, "; ")
	if slices.ContainsFunc(list, func(d difference) bool { return d.breaks }) {
		return messages.Errorf(messages.CodeUnavailable,
			"%s exists with settings that cannot work: %s. Change it with nats stream edit, or choose another prefix", name, all)
	}
	switch {
	case !s.news(name, all):
	case all == "":
		s.deps.Log.Info().Str("stream", name).Msg("settings are as this worker's again")
	default:
		s.deps.Log.Warn().Str("stream", name).Str("drift", all).
			Msg("settings differ from this worker's; they are left as they are")
	}
	return nil
}

// reportGone counts a stream or consumer that is not there as one difference,
// and says so once.
func (s *Set) reportGone(name string) {
	s.deps.Drift.WithLabelValues(name).Set(1)
	if s.news(name, "gone") {
		s.deps.Log.Error().Str("stream", name).
			Msg("it is gone, and what needs it fails until it is made anew, as the next worker that starts does")
	}
}

// news notes how a stream or consumer differs, and tells whether it was otherwise before.
func (s *Set) news(name, drift string) bool {
	before := s.drifted[name]
	s.drifted[name] = drift
	return drift != before
}

// Check compares every stream, and the jobs' consumer, with what this worker
// needs, and logs and counts how they differ. What is gone is one difference; of
// what does not answer nothing is known, and it stays counted as it was: each
// question has a limit of its own, so one that is silent keeps no other from being
// asked. Check makes and changes nothing: what is gone is for an operator to judge.
func (s *Set) Check(ctx context.Context) {
	check := func(name string, compare func(context.Context) error) {
		once, cancel := jet.Within(ctx, s.deps.Attempt)
		defer cancel()
		err := compare(once)
		switch {
		case err == nil, ctx.Err() != nil:
		case gone(err):
			s.reportGone(name)
		default:
			s.deps.Log.Error().Err(err).Str("stream", name).Msg("it does not answer, or is not as it must be")
		}
	}
	for _, want := range s.wanted() {
		check(want.Name, func(ctx context.Context) error { return s.checkStream(ctx, want) })
	}
	check(s.Names.Consumer, s.checkConsumer)
}

func (s *Set) checkStream(ctx context.Context, want jetstream.StreamConfig) error {
	stream, err := s.deps.JS.Stream(ctx, want.Name)
	if err != nil {
		return err
	}
	return s.noteDrift(want, stream.CachedInfo().Config)
}

func (s *Set) checkConsumer(ctx context.Context) error {
	want := s.cfg.consumer(s.Names)
	consumer, err := s.deps.JS.Consumer(ctx, s.Names.Jobs, want.Durable)
	if err != nil {
		return err
	}
	return s.noteConsumerDrift(want, consumer.CachedInfo().Config)
}

// gone tells whether a server knows no such stream or consumer, which goes with its stream.
func gone(err error) bool {
	return errors.Is(err, jetstream.ErrStreamNotFound) || errors.Is(err, jetstream.ErrConsumerNotFound)
}
