package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// pullExpiry is how long one fetch waits at the server. A fetch that was lost,
// as by a server that started again, is noticed by its missing heartbeats in
// as long, so it is short; an idle worker then asks twelve times a minute.
const pullExpiry = 5 * time.Second

// A jobLane takes jobs from the stream. It fetches a bounded number and size
// ahead, and fetches no more while admission is full.
type jobLane struct {
	w        *Worker
	work     context.Context // of the work, which outlives the taking
	consumer jetstream.Consumer
	done     chan struct{} // closed when every job that was taken has been given to a handler
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
func (w *Worker) awaitJobs(ctx context.Context) (jetstream.Consumer, error) {
	for failures := uint64(1); ; failures++ {
		consumer, err := w.findJobs(ctx)
		if err == nil || errors.Is(err, jetstream.ErrConsumerNotFound) || errors.Is(err, jetstream.ErrStreamNotFound) {
			return consumer, err
		}
		if w.deps.Conn.IsClosed() {
			return nil, errors.Join(errConnectionClosed, err)
		}
		w.deps.Logger.Warn().Err(err).Msg("the server does not answer yet: the worker goes on asking")
		if sleep(ctx, w.retry.after(failures)) != nil {
			return nil, err
		}
	}
}

// openJobs begins to take jobs, until take is done.
func (w *Worker) openJobs(take, work context.Context, consumer jetstream.Consumer) *jobLane {
	l := &jobLane{w: w, work: work, consumer: consumer, done: make(chan struct{})}
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
		if consumer, err := l.w.findJobs(take); err == nil {
			l.consumer = consumer
		}
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
	consuming, err := l.consumer.Consume(l.take,
		jetstream.PullMaxMessagesWithBytesLimit(l.w.cfg.JobBatch, l.w.cfg.JobBatchBytes),
		jetstream.PullThresholdMessages(1), // see take
		jetstream.PullExpiry(pullExpiry),
		jetstream.ConsumeErrHandler(func(_ jetstream.ConsumeContext, err error) {
			l.w.deps.Logger.Warn().Err(err).Msg("the job lane reports an error")
		}))
	if err != nil {
		return err
	}
	closed := consuming.Closed()
	select {
	case <-take.Done():
		consuming.Drain()
		<-closed
		return nil
	case <-closed:
		return fmt.Errorf("consumer %q of stream %q is gone", l.w.cfg.JobConsumer, l.w.cfg.Jobs)
	}
}

// take runs on the subscription's goroutine, which it holds up while there is
// no room: then nothing more is fetched. The next fetch begins when the last
// job of this one has been taken, so of what waits unopened there is one batch
// at most; begun at half of it, as is usual, there would be two.
func (l *jobLane) take(m jetstream.Msg) {
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
