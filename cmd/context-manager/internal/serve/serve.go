// Package serve wires a worker: its tiers, its key ring, its HTTP and its logs, as
// flags and environment say. Command runs one against a server that runs
// elsewhere; dev gives a Service a server of its own.
package serve

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/connect"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/ring"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/worker/sendbuf"
)

// Command runs a worker against a server that runs elsewhere.
type Command struct {
	connect.NATSFlags
	ring.Flags
	WorkerFlags
	LogLevel    string        `env:"CTX_LOG_LEVEL" group:"serve" enum:"debug,info,warn,error" default:"info" help:"Least level that is logged: debug, info, warn or error."`
	HTTP        string        `name:"http" env:"CTX_HTTP" group:"serve" default:":8080" placeholder:"ADDRESS" help:"Where to serve /metrics and /health. Default: ${default}."`
	ConnectWait time.Duration `env:"CTX_CONNECT_WAIT" group:"nats" default:"1m" help:"How long to try for the first connection, 0 for as long as it takes. A lost one is tried for ever."`
	UntilEOF    bool          `name:"until-eof" hidden:"" help:"Drain at the end of standard input: when whoever started it is gone."`
}

// Help is shown by --help.
func (*Command) Help() string {
	return `Workers share nothing but NATS: run as many as there is work for. The server needs JetStream, version 2.12 or
newer, and max_payload for messages of 10 MiB.

SIGTERM or Ctrl-C drains: what has begun is finished, then the worker exits with 0. A second signal exits at once.
The key ring is read again when its file changes, or on SIGHUP; a bad one is logged and the old one stays in use.

Examples:

    context-manager worker --keys-file ring.json
    context-manager worker --nats-url tls://nats.internal:4222 --creds worker.creds --keys-dir /run/secrets/keys --replicas 3
    context-manager worker --context production --keys-file ring.json --http 127.0.0.1:8081`
}

// Run serves until ctx is done.
func (c *Command) Run(ctx context.Context, sh *shell.Shell) error {
	signals, stop := shell.Hangups() // before anything that takes time: an early one would end the process
	defer stop()
	defer shell.SurvivePipes()() // whoever read the log is no reason to end before the drain
	if c.UntilEOF {
		var release func()
		ctx, release = shell.UntilEOF(ctx, sh.In)
		defer release()
	}
	source, err := c.Source(sh.Env, fmt.Sprintf("a worker needs its callers' keys, which %q makes", shell.Program+" key new"))
	if err != nil {
		return err
	}
	if _, _, err := source.Load(); err != nil {
		return err // before anything is connected to
	}
	log := Logger(sh, c.LogLevel)
	if source.Exposed() {
		log.Warn().Str("file", source.Name()).Msg("every user of this machine can read the key ring: take the right to read it from others")
	}
	web, err := Listen(ctx, c.HTTP)
	if err != nil {
		return err
	}
	defer func() { _ = web.Close() }() // which the service may have done
	conn, err := c.connectAndLog(ctx, log)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer limitMemory(sh.Env, c.L1)()
	s, err := New(ctx, Parts{
		Conn: conn, Prefix: c.Prefix, Audience: c.Audience, Source: source, Hangups: signals,
		Flags: c.WorkerFlags, HTTP: web, Log: log, Now: sh.Now, Version: sh.Version,
	})
	if err != nil {
		return err
	}
	log.Info().Str("nats", conn.ConnectedUrlRedacted()).Str("http", web.URL()).Str("version", sh.Version).Msg("worker serves")
	err = s.Run(ctx)
	log.Info().Err(err).Msg("worker stopped")
	return err
}

// gathering has writes gathered, over whatever dials already: a context may name a proxy.
func gathering(o *nats.Options) error {
	o.CustomDialer = sendbuf.Dialer{Base: o.CustomDialer}
	return nil
}

// connectAndLog tries for ConnectWait, and then keeps the connection for ever.
func (c *Command) connectAndLog(ctx context.Context, log zerolog.Logger) (*nats.Conn, error) {
	opts := append(connect.Lasting(), nats.Name(shell.Program+" worker"), gathering)
	opts = append(opts, LogConnection(log)...)
	return c.ConnectWithin(ctx, c.ConnectWait, func(err error, pause time.Duration) {
		log.Warn().Err(err).Stringer("pause", pause.Round(time.Millisecond)).Msg("no connection yet")
	}, opts...)
}

// Validate checks the flags of a worker that connects.
func (c *Command) Validate() error {
	if c.ConnectWait < 0 {
		return errors.New("--connect-wait must be above 0, or 0 for as long as it takes")
	}
	return c.WorkerFlags.Validate()
}
