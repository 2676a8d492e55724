package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/imports"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/keys"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/local"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/serve"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/tiers/natsd"
)

// tourTokens is the budget of the tour's questions: a fifth of the sample, so
// that something has to be chosen.
const tourTokens = 600

// patience is how long the tour waits for one answer, the worker's start included.
const patience = 20 * time.Second

// A tour shows a person who started `dev` what it does and how to go on.
type tour struct {
	sh      *shell.Shell
	server  *natsd.Server
	web     *serve.HTTP
	state   *local.State
	key     keys.Key
	keyMade bool
	sample  bool
}

// run shows all there is.
func (t *tour) run(ctx context.Context) error {
	c, closeClient, err := t.client()
	if err != nil {
		return err
	}
	defer closeClient()
	if _, err := c.Stats(ctx, messages.StatsRequest{User: sampleUser}); err != nil {
		return fmt.Errorf("wait for the worker: %w", err)
	}
	t.say("%s is up: NATS with JetStream at %s, a worker, HTTP at %s\n", t.sh.Paint(shell.Bold, "Context Manager"), t.server.URL(), t.web.URL())
	if t.keyMade {
		t.say("Made a first key for tenant %q: %s (mode 0600)\n", local.Tenant, t.state.KeyFile())
	}
	if t.sample {
		if err := t.showSample(ctx, c); err != nil {
			return err
		}
	}
	t.showWays()
	return nil
}

// client goes over the socket as everybody else's does.
func (t *tour) client() (*client.Client, func(), error) {
	nc, err := nats.Connect(t.server.URL(), nats.Name(shell.Program+" dev tour"))
	if err != nil {
		return nil, nil, err
	}
	c, err := client.New(nc, client.Options{
		Tenant: t.key.Tenant, KeyID: t.key.ID, Secret: t.key.Secret, Timeout: patience, Retries: 10, Clock: t.sh.Now,
	})
	if err != nil {
		nc.Close()
		return nil, nil, err
	}
	return c, func() { c.Close(); nc.Close() }, nil
}

func (t *tour) showSample(ctx context.Context, c *client.Client) error {
	records, err := sampleRecords()
	if err != nil {
		return err
	}
	done, err := imports.Store(ctx, c, records, func(int) {})
	if err != nil {
		return fmt.Errorf("store the sample: %w", err)
	}
	t.say("The sample, %s of session %q and user %q: %s\n", shell.Plural(len(records), "item"), sampleSession, sampleUser, done)
	for i, question := range sampleQuestions() {
		if err := t.ask(ctx, c, i+1, question); err != nil {
			return err
		}
	}
	return nil
}

func (t *tour) ask(ctx context.Context, c *client.Client, number int, question string) error {
	reply, err := c.Assemble(ctx, messages.AssembleRequest{
		Session: sampleSession, User: sampleUser, Query: question,
		MaxTokens: tourTokens, Format: messages.FormatText, Now: sampleNow,
	})
	if err != nil {
		return fmt.Errorf("ask %q: %w", question, err)
	}
	t.say("\n%s\n", t.sh.Paint(shell.Bold, fmt.Sprintf("Question %d: %s", number, question)))
	var text strings.Builder
	if err := writeContext(&text, t.sh, reply); err != nil {
		return err
	}
	for line := range strings.Lines(text.String()) {
		t.say("  %s", line)
	}
	t.say("%s\n", t.sh.Paint(shell.Cyan, cost(reply)))
	return showTrouble(t.sh, reply.Stale, reply.Degraded)
}

// showWays says how others reach this server.
func (t *tour) showWays() {
	me := invocation()
	t.say("\nIt stays up. In another terminal:\n\n")
	t.say("  export CTX_NATS_URL=%s\n  export CTX_KEY_FILE=%s\n\n", t.server.URL(), shell.Quote(t.state.KeyFile()))
	if t.sample {
		t.say("  %s ask %s --session %s --user %s\n", me, shell.Quote(sampleQuestions()[0]), sampleSession, sampleUser)
		t.say("  %s store %s --session %s\n", me, shell.Quote("Graça sent the energy certificate."), sampleSession)
		t.say("  %s list --user %s\n", me, sampleUser)
	} else {
		t.say("  %s store %s --session s1\n", me, shell.Quote("The invoice is due on Friday."))
		t.say("  %s ask %s --session s1\n", me, shell.Quote("When is the invoice due?"))
		t.say("  %s list --session s1\n", me)
	}
	t.say("  curl %s/health\n\n", t.web.URL())
	t.say("Ctrl-C stops it.\n")
}

// invocation is how a person starts this program again from the same folder.
func invocation() string {
	path, err := os.Executable()
	if err != nil {
		return shell.Program
	}
	if strings.Contains(path, "go-build") { // go run keeps it where nobody would look
		return "go run ./cmd/" + shell.Program
	}
	if found, err := exec.LookPath(shell.Program); err == nil && found == path {
		return shell.Program
	}
	here, err := os.Getwd()
	if err != nil {
		return shell.Quote(path)
	}
	if relative, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(relative) {
		return shell.Quote("./" + relative)
	}
	return shell.Quote(path)
}
