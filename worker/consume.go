package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// A jobLane takes jobs from the stream. It fetches a bounded number and size
// ahead, and fetches no more while admission is full.
type jobLane struct {
	w    *Worker
	work context.Context // of the work, which outlives the taking
	done chan struct{}   // closed when every job that was taken has been given to a handler
}

// findJobs looks for the stream's consumer, which the tiers make, and from then
// on jobs have what it leaves them.
func (w *Worker) findJobs(ctx context.Context) (jetstream.Consumer, error) {
	consumer, err := w.js.Consumer(ctx, w.cfg.Jobs, w.cfg.JobConsumer)
	if err != nil {
		return nil, fmt.Errorf("find consumer %q of stream %q, which are made when the tiers are opened: %w", w.cfg.JobConsumer, w.cfg.Jobs, err)
	}
	w.heed(consumer.CachedInfo().Config)
	return consumer, nil
}

// awaitJobs looks for the consumer until there is an answer. A server that is
// away is waited for, as it is later on; a consumer that is not there is an error.
func (w *Worker) awaitJobs(ctx context.Context) error {
	for failures := uint64(1); ; failures++ {
		_, err := w.findJobs(ctx)
		if err == nil || errors.Is(err, jetstream.ErrConsumerNotFound) || errors.Is(err, jetstream.ErrStreamNotFound) {
			return err
		}
		if w.deps.Conn.IsClosed() {
			return errors.Join(errConnectionClosed, err)
		}
		w.deps.Logger.Warn().Err(err).Msg("the server does not answer yet: the worker goes on asking")
		if sleep(ctx, w.retry.after(failures)) != nil {
			return err
		}
	}
}

// openJobs begins to take jobs, until take is done.
func (w *Worker) openJobs(take, work context.Context) *jobLane {
	l := &jobLane{w: w, work: work, done: make(chan struct{})}
	go l.run(take)
	return l
}

// run takes jobs until take is done. When the consumer is lost it looks for
// it again for ever: an operator, or another worker that starts, makes it anew.
func (l *jobLane) run(take context.Context) {
	defer close(l.done)
	for failures := uint64(1); ; failures++ {
		began := l.w.deps.Clock()
		err := l.consume(take)
		if take.Err() != nil {
			return
		}
		if l.w.deps.Clock().Sub(began) > time.Minute {
			failures = 1
		}
		l.w.deps.Logger.Warn().Err(err).Msg("the job lane lost its consumer: looking for it again")
		if sleep(take, l.w.retry.after(failures)) != nil {
			return
		}
		_, _ = l.w.findJobs(take) // what it leaves jobs may have changed; that it is not there the next fetch says
	}
}

// wait returns when nobody takes jobs any more, or with an error when ctx ends.
func (l *jobLane) wait(ctx context.Context) error {
	select {
	case <-l.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop the job lane: %w", ctx.Err())
	}
}

// consume takes jobs until take is done or the consumer is lost. On its
// return every job that had come has been given to a handler.
func (l *jobLane) consume(take context.Context) error {
	f, err := l.openFetches()
	if err != nil {
		return err
	}
	defer f.end()
	return f.run(take)
}

// take holds up what is fetched while there is no room. The next fetch begins
// when the last job of this one has been taken, so of what waits unopened there
// is one batch at most; begun at half of it, as is usual, there would be two.
func (l *jobLane) take(m message) {
	leave, err := l.w.jobs.wait(l.work, len(m.Data()))
	if err != nil {
		return // the worker was cut short: the job comes again
	}
	begun := l.w.crew.do(func() {
		defer leave()
		l.w.handleJob(l.work, m)
	})
	if !begun {
		leave()
	}
}
