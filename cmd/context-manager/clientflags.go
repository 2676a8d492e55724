package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/keys"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages/client"
)

// clientFlags are what every command that asks a worker has.
type clientFlags struct {
	connectFlags
	keys.CallerFlags
	Timeout time.Duration `env:"CTX_TIMEOUT" group:"nats" default:"10s" help:"How long to wait for an answer, tries included."`
	JSON    bool          `name:"json" help:"Print the reply as one line of JSON."`
}

// A link is an open client with the connection under it.
type link struct {
	*client.Client
	nc *nats.Conn
}

func (l *link) close() {
	l.Close()
	l.nc.Close()
}

// dial connects to NATS and makes the client.
func (f *clientFlags) dial(sh *shell.Shell) (*link, error) {
	key, err := f.Load(sh.Env)
	if err != nil {
		return nil, err
	}
	nc, err := f.connect(nats.Name(shell.Program))
	if err != nil {
		return nil, err
	}
	return f.link(nc, key, sh)
}

// link makes a client that owns nc.
func (f *clientFlags) link(nc *nats.Conn, key keys.Key, sh *shell.Shell) (*link, error) {
	c, err := client.New(nc, client.Options{
		Tenant: key.Tenant, KeyID: key.ID, Secret: key.Secret,
		Audience: f.Audience, Prefix: f.Prefix, Timeout: f.Timeout, Clock: sh.Now,
	})
	if err != nil {
		nc.Close()
		return nil, err
	}
	return &link{Client: c, nc: nc}, nil
}

// with opens a client, does one thing with it, and closes it.
func (f *clientFlags) with(ctx context.Context, sh *shell.Shell, do func(context.Context, *link) error) error {
	l, err := f.dial(sh)
	if err != nil {
		return err
	}
	defer l.close()
	return late(do(ctx, l))
}

// A lateError is an answer that did not come in time. The client's own words
// for it are for programs.
type lateError struct{ error }

func (e *lateError) Unwrap() error { return e.error }

func (e *lateError) Error() string {
	return strings.ReplaceAll(e.error.Error(), client.ErrNoReply.Error(), "no reply in time: give it more with --timeout, or look at the workers' /health")
}

func late(err error) error {
	if errors.Is(err, client.ErrNoReply) {
		return &lateError{err}
	}
	return err
}

// ask sends one request and prints the reply: as JSON, or by show.
func ask[Q, A any](ctx context.Context, sh *shell.Shell, f *clientFlags, call func(*client.Client, context.Context, Q) (A, error), request Q, show func(*shell.Shell, A) error) error {
	return f.with(ctx, sh, func(ctx context.Context, l *link) error {
		reply, err := call(l.Client, ctx, request)
		if err != nil {
			return err
		}
		return present(sh, f, reply, show)
	})
}

// present prints a reply: as JSON, or by show.
func present[A any](sh *shell.Shell, f *clientFlags, reply A, show func(*shell.Shell, A) error) error {
	if f.JSON {
		return sh.JSON(reply)
	}
	return show(sh, reply)
}

// Validate checks how long a client waits.
func (f *clientFlags) Validate() error { return shell.Positive("--timeout", f.Timeout) }
