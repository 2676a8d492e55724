package worker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers"
	"github.com/context-manager/context-manager/worker/operations"
)

// The test binary, started again with these set, is a worker that kills
// itself when a job reaches the checkpoint, if the job has the poison, or that
// asks a subject before each read whether it may go on.
const (
	victimURL        = "CTX_TEST_VICTIM_URL"
	victimCheckpoint = "CTX_TEST_VICTIM_CHECKPOINT"
	victimPoison     = "CTX_TEST_VICTIM_POISON"
	victimHeld       = "CTX_TEST_VICTIM_HELD"
)

// runVictim is the life of such a worker, until it is told to stop.
func runVictim() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	nc, err := nats.Connect(os.Getenv(victimURL))
	if err != nil {
		return err
	}
	subjects, err := messages.NewSubjects("")
	if err != nil {
		return err
	}
	ring, err := envelope.NewRing(testKeys())
	if err != nil {
		return err
	}
	analyzer, err := loadAnalyzer()
	if err != nil {
		return err
	}
	t, err := tiers.Open(ctx, nc, tiers.Config{Worker: "victim"}, tiers.Deps{})
	if err != nil {
		return err
	}
	w, err := New(Config{ID: "victim", MaxAttempts: victimAttempts, DrainTimeout: patience}, Deps{
		Conn: nc, Reader: held(t, nc), Log: t, Ledger: t, Audit: t, Subjects: subjects, Analyzer: analyzer, Clock: time.Now,
		Verifier: envelope.NewVerifier(testAudience, subjects, ring, envelope.Limits{}),
		Logger:   zerolog.Nop(), Registerer: prometheus.NewRegistry(),
	})
	if err != nil {
		return err
	}
	w.atCheckpoint = func(c checkpoint, v envelope.Verified) {
		if string(c) == os.Getenv(victimCheckpoint) && strings.Contains(string(v.Body()), os.Getenv(victimPoison)) {
			_ = nc.Flush() // so that what was sent before the checkpoint is sent
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	return errors.Join(w.Run(ctx), t.Close(context.Background()))
}

// held makes each read wait until it may go on, if there is a subject to ask.
func held(r operations.Reader, nc *nats.Conn) operations.Reader {
	subject := os.Getenv(victimHeld)
	if subject == "" {
		return r
	}
	return hookedReader{Reader: r, before: func(ctx context.Context) {
		for {
			if m, err := nc.RequestWithContext(ctx, subject, nil); err != nil || string(m.Data) == goOn {
				return
			}
		}
	}}
}

// goOn is the answer that lets a read go on.
const goOn = "go on"

func TestAWorkerThatIsKilledLeavesItsJobToAnother(t *testing.T) {
	t.Parallel()
	for _, at := range []checkpoint{beforeVerify, afterLedger, afterEffect, afterReply} {
		t.Run(string(at), func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			heir := r.make(options{tiers: func(c *tiers.Config) { c.Compact.Disabled = true }})
			inbox, got := r.spy()
			r.publish(aStore.with(func(c *call) { c.reply = inbox }))
			r.kill(at, "")
			if n := r.count("CTX_JOBS"); n != 1 {
				t.Fatalf("%d jobs are left by the victim; want the one", n)
			}
			heir.run(t)
			r.idle()
			if n := list(t, r.ask, messages.ListRequest{Session: "s"}).Total; n != 1 {
				t.Errorf("%d items; want 1", n)
			}
			if n := r.count("KV_ctx_short"); n != 1 {
				t.Errorf("%d segments; want 1", n)
			}
			answers, want := got(), 1
			if at == afterReply {
				want = 2
			}
			if len(answers) != want {
				t.Errorf("%d answers; want %d", len(answers), want)
			}
		})
	}
}

// kill runs a worker until the job has killed it, by what has the poison, at the
// checkpoint, and has the job given to the next.
func (r *rig) kill(at checkpoint, poison string) {
	r.t.Helper()
	before := r.server.Inner().NumClients()
	victim := exec.CommandContext(r.t.Context(), os.Args[0])
	victim.Env = append(os.Environ(), victimURL+"="+r.server.URL(), victimCheckpoint+"="+string(at), victimPoison+"="+poison)
	output, err := victim.CombinedOutput()
	var died *exec.ExitError
	if !errors.As(err, &died) || died.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		r.t.Fatalf("the victim was not killed at its checkpoint: %v\n%s", err, output)
	}
	await.That(r.t, "the server knows that it is gone", func() bool { return r.server.Inner().NumClients() <= before })
	r.handBack()
}

// victimAttempts is how often a job may fail in a victim.
const victimAttempts = 2

func victimMain() {
	if err := runVictim(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}
