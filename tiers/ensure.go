package tiers

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
)

// ensure creates every bucket, stream and consumer that is missing. What
// exists is never changed: differences that break a promise are an error, all
// others are reported as drift.
//
// Each question has a limit of its own: a stream that has no leader, as when
// all servers have just started, does not refuse it but leaves it unanswered.
func (t *Tiers) ensure(ctx context.Context) error {
	for _, want := range t.wanted() {
		have, err := t.ensureStream(ctx, want)
		if err != nil {
			return notThere("stream "+want.Name, err)
		}
		if err := t.noteDrift(want, have); err != nil {
			return err
		}
	}
	return t.ensureConsumer(ctx)
}

func (t *Tiers) ensureStream(ctx context.Context, want jetstream.StreamConfig) (jetstream.StreamConfig, error) {
	tries := 0
	return jet.Retry(ctx, t.cfg.Write.Backoff, func() (jetstream.StreamConfig, error) {
		tries++
		once, cancel := context.WithTimeout(ctx, t.cfg.Write.Attempt)
		defer cancel()
		s, err := t.js.Stream(once, want.Name)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			s, err = t.js.CreateStream(once, want)
		}
		if err != nil {
			// Another worker may have made it in between: then Stream finds it next time.
			passing := errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) || jet.Transient(err) && !crowded(err) || (forming(err) || crowded(err)) && tries < formingTries
			if passing {
				t.log.Warn().Err(err).Str("stream", want.Name).Int("try", tries).Msg("the stream is not there yet: it is tried again")
			}
			return jetstream.StreamConfig{}, jet.PermanentIf(err, !passing)
		}
		return s.CachedInfo().Config, nil
	})
}

// notThere says why a stream or consumer is missing, to the operator who starts
// a worker: what the server said, and what helps.
func notThere(what string, err error) error {
	advice := "check the account's JetStream limits and permissions"
	switch jet.CodeOf(err) {
	case jet.CodeNoCluster:
		advice = "a server that is no cluster keeps 1 replica: ask for 1, or connect to a cluster"
	case jet.CodeNoPeers:
		advice = "the cluster has fewer servers than the replicas that are asked for"
	case jet.CodeNoStorage, jet.CodeNoResources:
		advice = "the server sets a stream's byte limit aside at once: raise its max_file_store, or lower the limit (CTX_SHORT_MIB, CTX_LONG_MIB, CTX_JOBS_MIB, CTX_DEAD_MIB or CTX_AUDIT_MIB)"
	}
	return messages.Caused(messages.CodeUnavailable, err, fmt.Sprintf("%s is neither there nor can it be created (%v): %s", what, err, advice))
}

// formingTries is how often a stream that finds no servers for its replicas is
// tried: with the default back-off for about 20 s.
const formingTries = 11

// crowded tells whether there is less room than a stream's byte limit sets
// aside. It is tried as often as a cluster that forms: that may pass, too.
func crowded(err error) bool {
	code := jet.CodeOf(err)
	return code == jet.CodeNoStorage || code == jet.CodeNoResources
}

// forming tells whether a cluster has too few servers for a stream's replicas.
// So it says while it is starting; later it means that there are too few.
func forming(err error) bool { return jet.CodeOf(err) == jet.CodeNoPeers }

func (t *Tiers) ensureConsumer(ctx context.Context) error {
	want := t.cfg.consumer(t.names)
	have, err := jet.Retry(ctx, t.cfg.Write.Backoff, func() (jetstream.ConsumerConfig, error) {
		once, cancel := context.WithTimeout(ctx, t.cfg.Write.Attempt)
		defer cancel()
		c, err := t.js.Consumer(once, t.names.Jobs, want.Durable)
		if errors.Is(err, jetstream.ErrConsumerNotFound) {
			c, err = t.js.CreateConsumer(once, t.names.Jobs, want)
		}
		if err != nil {
			return jetstream.ConsumerConfig{}, jet.PermanentIf(err, !errors.Is(err, jetstream.ErrConsumerExists) && !jet.Transient(err))
		}
		return c.CachedInfo().Config, nil
	})
	if err != nil {
		return notThere("consumer "+want.Durable+" of "+t.names.Jobs, err)
	}
	return t.noteConsumerDrift(want, have)
}
