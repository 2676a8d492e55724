package tiers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
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
func (t *Tiers) noteDrift(want, have jetstream.StreamConfig) error {
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
	return t.report(want.Name, list)
}

func (t *Tiers) noteConsumerDrift(want, have jetstream.ConsumerConfig) error {
	var list differences
	differ(&list, "ack policy", want.AckPolicy, have.AckPolicy, true)
	differ(&list, "filter", want.FilterSubject, have.FilterSubject, false)
	differ(&list, "ack wait", want.AckWait, have.AckWait, false)
	differ(&list, "deliveries", want.MaxDeliver, have.MaxDeliver, false)
	differ(&list, "acks pending", want.MaxAckPending, have.MaxAckPending, false)
	return t.report(want.Durable, list)
}

func (t *Tiers) report(name string, list differences) error {
	t.met.drift.WithLabelValues(name).Set(float64(len(list)))
	if len(list) == 0 {
		return nil
	}
	words := make([]string, len(list))
	for i, d := range list {
		words[i] = d.String()
	}
	all := strings.Join(words, "; ")
	if slices.ContainsFunc(list, func(d difference) bool { return d.breaks }) {
		return messages.Errorf(messages.CodeUnavailable,
			"%s exists with settings that cannot work: %s. Change it with nats stream edit, or choose another prefix", name, all)
	}
	if t.drifted[name] != all {
		t.log.Warn().Str("stream", name).Str("drift", all).
			Msg("settings differ from this worker's; they are left as they are")
	}
	t.drifted[name] = all
	return nil
}

// driftInterval is how often settings are compared while workers run, besides
// after each reconnection.
const driftInterval = 5 * time.Minute

// watchDrift compares settings again and again until ctx ends.
func (t *Tiers) watchDrift(ctx context.Context) {
	back := t.nc.StatusChanged(nats.CONNECTED)
	defer t.nc.RemoveStatusListener(back)
	timer := time.NewTicker(jet.Jitter(driftInterval))
	defer timer.Stop()
	server := t.nc.ConnectedServerId()
	for {
		select {
		case <-ctx.Done():
			return
		case <-back:
			before := server
			server = t.nc.ConnectedServerId()
			t.checkTails(ctx, server != before)
		case <-timer.C:
		}
		t.checkDrift(ctx)
	}
}

// checkDrift compares every stream with what this worker needs. It makes and
// changes nothing: a stream that is gone is for an operator to judge.
func (t *Tiers) checkDrift(ctx context.Context) {
	limited, cancel := jet.Within(ctx, t.cfg.Write.Deadline)
	defer cancel()
	for _, want := range t.wanted() {
		s, err := t.js.Stream(limited, want.Name)
		if err == nil {
			err = t.noteDrift(want, s.CachedInfo().Config)
		}
		if err != nil && ctx.Err() == nil {
			t.log.Error().Err(err).Str("stream", want.Name).Msg("a stream is not as it must be")
		}
	}
}

// wanted is every bucket and stream, as this worker would make it.
func (t *Tiers) wanted() []jetstream.StreamConfig {
	return append(t.cfg.buckets(t.names), t.cfg.streams(t.names, t.subjects)...)
}
