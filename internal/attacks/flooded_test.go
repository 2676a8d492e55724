package attacks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/metrics"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers"
	"github.com/context-manager/context-manager/tiers/l1"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker"
	"github.com/context-manager/context-manager/worker/analyze"
	"github.com/context-manager/context-manager/worker/operations"
)

// floodedServer names the variable that makes this test binary a worker of the server it names.
const floodedServer = "CTX_FLOODED_SERVER"

// The limits of the flooded worker, and what its memory comes to by the rule
// in worker.Config: five times what is worked on, once what waits, twice what
// is fetched. What the program takes without any load is added. Nothing is read.
const (
	floodedAsks    = 12 << 20
	floodedPending = 12 << 20
	floodedJobs    = 11 << 20
	floodedBatch   = 11 << 20
	floodedIdle    = 100 << 20
	floodedCeiling = 5*(floodedAsks+floodedJobs) + floodedPending + 2*floodedBatch + floodedIdle
)

// flooded is a process that serves until its input ends, and then tells the
// most memory that it had. It has nothing else in it, so what it tells is the worker's own.
func flooded(url string) int {
	peak := watchMemory()
	err := serveUntilEnd(url)
	if _, told := fmt.Println(peak()); told != nil || err != nil {
		fmt.Fprintln(os.Stderr, errors.Join(err, told))
		return 1
	}
	return 0
}

func serveUntilEnd(url string) error {
	nc, err := nats.Connect(url, nats.MaxReconnects(-1))
	if err != nil {
		return err
	}
	defer nc.Close()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	registry := prometheus.NewRegistry()
	store, err := tiers.Open(ctx, nc, tiers.Config{L1: l1.Config{MaxBytes: 8 << 20}}, tiers.Deps{Registerer: registry})
	if err != nil {
		return err
	}
	log, err := holdLog(nc, store)
	if err != nil {
		return err
	}
	w, err := floodedWorker(nc, store, log, registry)
	if err != nil {
		return err
	}
	go func() {
		defer stop()
		_, _ = io.Copy(io.Discard, os.Stdin)
	}()
	var background sync.WaitGroup
	background.Go(func() { _ = store.Run(ctx) })
	err = w.Run(ctx)
	background.Wait()
	closing, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return errors.Join(err, store.Close(closing))
}

// floodIsOver is the subject that lets the flooded worker write.
const floodIsOver = "flood.is.over"

// A heldLog writes nothing while the flood lasts, so that what was taken stays
// in work, with all the memory that it needs, until everything has come.
type heldLog struct {
	operations.Log
	over <-chan struct{}
}

func holdLog(nc *nats.Conn, inner operations.Log) (heldLog, error) {
	over := make(chan struct{})
	sub, err := nc.Subscribe(floodIsOver, func(*nats.Msg) { close(over) })
	if err == nil {
		err = sub.AutoUnsubscribe(1)
	}
	return heldLog{inner, over}, err
}

// Append waits for the end of the flood, or of the request.
func (l heldLog) Append(ctx context.Context, o messages.Owner, name string, segment []byte, c page.Condition) (uint64, error) {
	select {
	case <-l.over:
	case <-ctx.Done():
	}
	return l.Log.Append(ctx, o, name, segment, c)
}

func floodedWorker(nc *nats.Conn, store *tiers.Tiers, log operations.Log, registry *prometheus.Registry) (*worker.Worker, error) {
	subjects, err := messages.NewSubjects("")
	if err != nil {
		return nil, err
	}
	ring, err := envelope.NewRing(everybody())
	if err != nil {
		return nil, err
	}
	analyzer, err := analyze.New()
	if err != nil {
		return nil, err
	}
	return worker.New(worker.Config{
		AskInFlightBytes: floodedAsks, AskPendingBytes: floodedPending,
		JobInFlightBytes: floodedJobs, JobBatchBytes: floodedBatch, PageBytes: 2 * messages.MaxMessageBytes * 6 / 5,
	}, worker.Deps{
		Conn: nc, Reader: store, Log: log, Ledger: store, Audit: store, Subjects: subjects, Analyzer: analyzer,
		Verifier: envelope.NewVerifier("", subjects, ring, envelope.Limits{}),
		Clock:    time.Now, Registerer: registry,
	})
}

// watchMemory samples what the Go runtime has of the system, until the
// function that it returns is asked for the most that it was.
func watchMemory() (peak func() uint64) {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	quit, result := make(chan struct{}), make(chan uint64)
	go func() {
		ticker := time.NewTicker(2 * time.Millisecond)
		defer ticker.Stop()
		var most uint64
		for {
			select {
			case <-ticker.C:
				metrics.Read(sample)
				most = max(most, sample[0].Value.Uint64()-sample[1].Value.Uint64())
			case <-quit:
				result <- most
				return
			}
		}
	}()
	return func() uint64 {
		close(quit)
		return <-result
	}
}
