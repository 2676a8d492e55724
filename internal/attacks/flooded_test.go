package attacks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers"
	"github.com/context-manager/context-manager/worker"
	"github.com/context-manager/context-manager/worker/analyze"
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
	debug.SetMemoryLimit(floodedCeiling) // as GOMEMLIMIT does in deploy
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
	store, err := tiers.Open(ctx, nc, tiers.Config{L1: tiers.L1{MaxBytes: 8 << 20}}, tiers.Deps{Registerer: registry})
	if err != nil {
		return err
	}
	w, err := floodedWorker(nc, store, registry)
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

func floodedWorker(nc *nats.Conn, store *tiers.Tiers, registry *prometheus.Registry) (*worker.Worker, error) {
	subjects, err := messages.NewSubjects("")
	if err != nil {
		return nil, err
	}
	ring, err := messages.NewRing(everybody())
	if err != nil {
		return nil, err
	}
	analyzer, err := analyze.New()
	if err != nil {
		return nil, err
	}
	return worker.New(worker.Config{
		AskInFlightBytes: 1 << 40, AskPendingBytes: 1 << 40,
		JobInFlightBytes: floodedJobs, JobBatchBytes: floodedBatch, PageBytes: 2 * messages.MaxMessageBytes * 6 / 5,
	}, worker.Deps{
		Conn: nc, Reader: store, Log: store, Ledger: store, Audit: store, Subjects: subjects, Analyzer: analyzer,
		Verifier: messages.NewVerifier("", subjects, ring, messages.VerifierOptions{}),
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
