package connect

import (
	"context"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/keys"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages/client"
)

// ClientFlags are what every command that asks a worker has.
type ClientFlags struct {
	NATSFlags
	keys.CallerFlags
	Timeout time.Duration `env:"CTX_TIMEOUT" group:"nats" default:"10s" help:"How long to wait for an answer, tries included."`
	JSON    bool          `name:"json" help:"Print the reply as one line of JSON."`
}

// Validate checks how long a client waits.
func (f *ClientFlags) Validate() error { return shell.Positive("--timeout", f.Timeout) }

// With connects to NATS, does one thing with a client, and closes both. An
// answer that came too late says what to do about it.
func (f *ClientFlags) With(ctx context.Context, sh *shell.Shell, do func(context.Context, *client.Client) error) error {
	key, err := f.Load(sh.Env)
	if err != nil {
		return err
	}
	nc, err := f.Connect(nats.Name(shell.Program))
	if err != nil {
		return err
	}
	defer nc.Close()
	c, err := client.New(nc, client.Options{
		Tenant: key.Tenant, KeyID: key.ID, Secret: key.Secret,
		Audience: f.Audience, Prefix: f.Prefix, Timeout: f.Timeout, Clock: sh.Now,
	})
	if err != nil {
		return err
	}
	defer c.Close()
	return late(do(ctx, c))
}

// Ask sends one request and prints the reply: as JSON, or by show.
func Ask[Q, A any](ctx context.Context, sh *shell.Shell, f *ClientFlags, call func(*client.Client, context.Context, Q) (A, error), request Q, show func(*shell.Shell, A) error) error {
	return f.With(ctx, sh, func(ctx context.Context, c *client.Client) error {
		reply, err := call(c, ctx, request)
		if err != nil {
			return err
		}
		return Present(sh, f, reply, show)
	})
}

// Present prints a reply: as JSON, or by show.
func Present[A any](sh *shell.Shell, f *ClientFlags, reply A, show func(*shell.Shell, A) error) error {
	if f.JSON {
		return sh.JSON(reply)
	}
	return show(sh, reply)
}
