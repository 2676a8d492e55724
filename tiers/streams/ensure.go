package streams

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/jet"
)

// Ensure creates every bucket, stream and consumer that is missing. What
// exists is never changed: differences that break a promise are an error, all
// others are reported as drift. Its errors are CodeUnavailable and say what helps.
//
// Each question has a limit of its own: a stream that has no leader, as when
// all servers have just started, does not refuse it but leaves it unanswered.
func (s *Set) Ensure(ctx context.Context) error {
	for _, want := range s.wanted() {
		have, err := s.ensureStream(ctx, want)
		if err != nil {
			return notThere("stream "+want.Name, err)
		}
		if err := s.noteDrift(want, have); err != nil {
			return err
		}
	}
	return s.ensureConsumer(ctx)
}

func (s *Set) ensureStream(ctx context.Context, want jetstream.StreamConfig) (jetstream.StreamConfig, error) {
	tries := 0
	return jet.Retry(ctx, s.deps.Backoff, func() (jetstream.StreamConfig, error) {
		tries++
		once, cancel := context.WithTimeout(ctx, s.deps.Attempt)
		defer cancel()
		stream, err := s.deps.JS.Stream(once, want.Name)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			stream, err = s.deps.JS.CreateStream(once, want)
		}
		if err != nil {
			// Another worker may have made it in between: then Stream finds it next time.
			passing := errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) || jet.Transient(err) && !crowded(err) || (forming(err) || crowded(err)) && tries < formingTries
			if passing {
				s.deps.Log.Warn().Err(err).Str("stream", want.Name).Int("try", tries).Msg("the stream is not there yet: it is tried again")
			}
			return jetstream.StreamConfig{}, jet.PermanentIf(err, !passing)
		}
		return stream.CachedInfo().Config, nil
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

func (s *Set) ensureConsumer(ctx context.Context) error {
	want := s.cfg.consumer(s.Names)
	have, err := jet.Retry(ctx, s.deps.Backoff, func() (jetstream.ConsumerConfig, error) {
		once, cancel := context.WithTimeout(ctx, s.deps.Attempt)
		defer cancel()
		c, err := s.deps.JS.Consumer(once, s.Names.Jobs, want.Durable)
		if errors.Is(err, jetstream.ErrConsumerNotFound) {
			c, err = s.deps.JS.CreateConsumer(once, s.Names.Jobs, want)
		}
		if err != nil {
			return jetstream.ConsumerConfig{}, jet.PermanentIf(err, !errors.Is(err, jetstream.ErrConsumerExists) && !jet.Transient(err))
		}
		return c.CachedInfo().Config, nil
	})
	if err != nil {
		return notThere("consumer "+want.Durable+" of "+s.Names.Jobs, err)
	}
	return s.noteConsumerDrift(want, have)
}
