package tiers

import (
	"context"
	"sync/atomic"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/tiers/jet"
)

// A server that comes back may have lost what it had not synced, and give other
// messages the sequences that those had. What is newer than a page is then not
// all that the page lacks, and reading on from there would serve it as fresh. So
// pages are doubted, and loaded anew, when a stream tells less than it told
// before, was made anew, or cannot be asked; they are shown while it is silent.
//
// Lost messages whose sequences others have by the time that a stream is asked
// leave no trace in how far it is. An unreplicated one is served by the server
// that this worker is connected to, so one that was started anew is doubted
// whatever it tells. Of replicas so many must lose their tails that no majority
// has it; then one of those is made leader, who brings the others to what it has.
// So a stream that has been given a leader since it was asked before is doubted, too.

// A tail is what is known of a stream by which a loss of its newest messages shows.
type tail struct {
	seen atomic.Uint64 // the highest sequence that a page was complete up to
	made atomic.Int64  // when the stream was, unix ns
	led  atomic.Int64  // since when it has the leader that it has, unix ns; 0 of one server
	// doubted is how often a loss showed, or may have been.
	doubted atomic.Uint64
}

// reach notes that a page is complete up to a sequence.
func (l *tail) reach(upTo uint64) {
	for seen := l.seen.Load(); upTo > seen && !l.seen.CompareAndSwap(seen, upTo); {
		seen = l.seen.Load()
	}
}

// compare doubts the pages if a stream tells less than was seen before it was
// asked, or was made or given a leader anew.
func (t *tier) compare(seen uint64, info *jet.Info) {
	made, led := info.Created.UnixNano(), ledSince(info.Cluster)
	before, ledBefore := t.tail.made.Swap(made), t.tail.led.Swap(led)
	lost := before != made || info.State.LastSeq < seen
	if before == 0 || !lost && ledBefore == led {
		return
	}
	t.tail.seen.Store(info.State.LastSeq)
	t.tail.doubted.Add(1)
	if lost {
		t.doubtPages("a stream has lost its newest messages: every page is loaded anew")
	} else {
		t.doubtPages("a stream has been given a leader, who may lack its newest messages: every page is loaded anew")
	}
}

func ledSince(c *jetstream.ClusterInfo) int64 {
	if c == nil || c.LeaderSince == nil {
		return 0
	}
	return c.LeaderSince.UnixNano()
}

// checkTails looks for lost tails after a reconnection, perhaps to a server that was started anew.
func (t *Tiers) checkTails(ctx context.Context, anew bool) {
	t.l1.Unconfirm()
	for _, x := range []*tier{t.short, t.long} {
		if anew && !x.lead.replicated.Load() {
			t.doubtPages("the server was started anew: every page is loaded anew")
			return
		}
		limited, cancel := jet.Within(ctx, t.cfg.Write.Attempt)
		_, err := x.info(limited, "") // which compares
		cancel()
		if err != nil && ctx.Err() == nil {
			t.doubtPages("after a reconnection a stream did not tell how far it is: every page is loaded anew")
			return
		}
	}
}

func (t *Tiers) doubtPages(why string) {
	t.l1.Doubt(t.clock())
	t.log.Warn().Msg(why)
}
