package tiers

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/tiers/jet"
)

// A direct get may be answered by any replica, and a client is served by the
// one it is connected to, so asking again does not help when that one lags.
// Only two requests are answered by the leader alone: STREAM.INFO, which tells
// how far the stream is, and STREAM.MSG.GET, which gives one message at a time.
//
// A leader that was cut off does not know that it was replaced: it answers both
// for up to 20 s more, until it gives up for want of a majority (nats-server
// 2.15.2). But it says how long ago it heard of each replica, which is once in
// two seconds at least while all is well, so by that it is known how old its
// word may be. That bounds an age and proves nothing: a follower may vote for
// another leader the moment after it was heard of. What must be sure is proved
// by a conditional write.

// leadership is what is known of a stream's leader.
type leadership struct {
	replicated atomic.Bool                           // more than one replica: direct gets may lag
	mirrored   atomic.Bool                           // a mirror has answered: see mirror.go
	seq        atomic.Uint64                         // the stream's last sequence when the leader was last asked
	cluster    atomic.Pointer[jetstream.ClusterInfo] // where the replicas are; nil where there is one server
	near       atomic.Uint64                         // up to where the replica was that answered last
	nearOn     atomic.Uint64                         // the connection on which near was told, by how often one had been lost
	contact    atomic.Int64                          // when it had a majority, unix ms by the injected clock
	most       atomic.Int32                          // bytes of a message that the stream takes; not above 0 for no limit of its own
	probing    atomic.Bool                           // somebody keeps asking: without Run nobody does, and contact tells nothing
}

// refresh asks the leader how far the stream is.
func (t *tier) refresh(ctx context.Context) (uint64, error) {
	_, err := t.info(ctx, "")
	return t.lead.seq.Load(), err
}

// info asks the leader how the stream is, and which subjects it has that match
// a filter, if one is given, and takes from that what is known of it.
func (t *tier) info(ctx context.Context, filter string) (*jet.Info, error) {
	asked, seen := t.clock(), t.tail.seen.Load()
	info, err := t.stream.Info(ctx, filter, t.cfg.Write.Attempt)
	if err != nil {
		return nil, err
	}
	t.note(asked, info)
	t.compare(seen, info)
	t.hearSpace(asked, info)
	t.servers.hear(info.TimeStamp, t.clock())
	return info, nil
}

// note remembers what a leader said. One that has not heard of a majority lately
// is not believed if it says less than what is known.
func (t *tier) note(asked time.Time, info *jet.Info) {
	alone := sinceMajority(info.Cluster)
	t.lead.connected(t.nc.Stats().Reconnects)
	t.lead.replicated.Store(info.Config.Replicas > 1)
	t.lead.cluster.Store(info.Cluster)
	t.lead.most.Store(info.Config.MaxMsgSize)
	t.lead.contact.Store(asked.Add(-alone).UnixMilli())
	if last := info.State.LastSeq; alone < t.trusted() || last > t.lead.seq.Load() {
		t.lead.seq.Store(last)
	}
}

// oneAnswers tells whether it is always the same replica that answers: that of the
// server which this worker is connected to, if it has one and there is no mirror.
func (t *tier) oneAnswers() bool {
	server, c := t.nc.ConnectedServerName(), t.lead.cluster.Load()
	return c != nil && !t.lead.mirrored.Load() && (c.Leader == server || slices.ContainsFunc(c.Replicas, func(r *jetstream.PeerInfo) bool { return r.Name == server }))
}

// sinceMajority is how long ago a leader heard of the last replica that it
// needs for a majority; 0 if it needs none.
func sinceMajority(c *jetstream.ClusterInfo) time.Duration {
	if c == nil || len(c.Replicas) == 0 {
		return 0
	}
	ages := make([]time.Duration, 0, len(c.Replicas))
	for _, r := range c.Replicas {
		if r.Active == 0 && !r.Current { // not heard of since it leads
			r.Active = never
		}
		ages = append(ages, r.Active)
	}
	slices.Sort(ages)
	return ages[(len(ages)+1)/2-1] // itself and these are more than half of all
}

// never is longer ago than anything that is trusted.
const never = 24 * time.Hour

// meet asks the leader for the first time, and again while it does not answer: a worker
// that starts has as long as there may be no leader, however short writes are to take.
func (t *tier) meet(ctx context.Context) error {
	limited, end := jet.Within(ctx, max(t.cfg.Write.Deadline, election))
	defer end()
	_, err := jet.Retry(limited, t.cfg.Write.Backoff, func() (uint64, error) {
		seq, err := t.refresh(limited)
		return seq, jet.PermanentIf(err, !jet.Unanswered(err))
	})
	return err
}

// behind tells whether an answer complete up to a sequence is known to be old:
// the leader had more when it was last asked.
func (t *tier) behind(upTo uint64) bool {
	return t.lead.several() && upTo < t.lead.seq.Load()
}

// doubt tells how long ago a leader of a replicated stream with a majority was
// last heard of, if that is too long to trust an answer of a replica that may be cut off.
func (t *tier) doubt(now time.Time) (time.Duration, bool) {
	if !t.lead.replicated.Load() || !t.lead.probing.Load() {
		return 0, false
	}
	since := t.sinceContact(now)
	return since, since > t.trusted()
}

// sinceContact is how long ago the leader had a majority. It may seem to be still
// to come, since the clock was set back: then it counts as that long ago.
func (t *tier) sinceContact(now time.Time) time.Duration {
	return now.Sub(time.UnixMilli(t.lead.contact.Load())).Abs()
}

// trusted is for how long a leader's word is: a few probes, and more than its
// replicas are silent while nothing happens.
func (t *tier) trusted() time.Duration { return max(5*t.cfg.Read.Probe, 4*time.Second) }

// mayLag is by how many messages a leader's word may be short of what there is.
// One that was cut off and replaced answers for some 20 s, and no cluster takes
// more in that time. What is less far ahead is proved by a write. A server alone knows all.
func (t *tier) mayLag() uint64 {
	if t.lead.replicated.Load() {
		return 1 << 22
	}
	return 0
}

// probe keeps asking the leaders of streams that others answer for, too, until ctx ends.
func (t *tier) probe(ctx context.Context) {
	t.probeOnce(ctx)
	t.lead.probing.Store(true)
	defer t.lead.probing.Store(false)
	for jet.Pause(ctx, jet.Jitter(t.cfg.Read.Probe)) {
		if t.lead.several() || !t.freshContact() {
			t.probeOnce(ctx)
		}
	}
}

func (t *tier) probeOnce(ctx context.Context) {
	attempt, cancel := jet.Within(ctx, t.cfg.Read.Attempt)
	defer cancel()
	if _, err := t.refresh(attempt); err != nil && ctx.Err() == nil {
		t.log.Debug().Err(err).Str("tier", t.label).Msg("the stream's leader did not answer")
	}
}

// freshContact tells whether the number of replicas was looked up in the last
// minute: an operator may raise it while workers run.
func (t *tier) freshContact() bool { return t.sinceContact(t.clock()) < time.Minute }
