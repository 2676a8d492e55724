package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/connect"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/local"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/ring"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/serve"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers/natsd"
)

// devCmd runs everything in one process.
type devCmd struct {
	serve.WorkerFlags
	State    string `env:"CTX_STATE" group:"serve" type:"path" default:"./state" placeholder:"DIR" help:"Folder for data and keys. Default: ${default}."`
	NATSPort int    `name:"nats-port" env:"CTX_NATS_PORT" group:"nats" default:"4222" help:"Loopback port of the NATS server; 0 for any free one."`
	HTTP     string `name:"http" env:"CTX_HTTP" group:"serve" default:"127.0.0.1:8080" placeholder:"ADDRESS" help:"Where to serve /metrics and /health. Default: ${default}."`
	LogLevel string `env:"CTX_LOG_LEVEL" group:"serve" enum:"debug,info,warn,error" default:"warn" help:"Least level that is logged: debug, info, warn or error."`
	NoSample bool   `help:"Do not store the sample, nor ask about it."`
}

// Help is shown by --help.
func (*devCmd) Help() string {
	return `Starts a NATS server with JetStream on a loopback port, a worker, and HTTP, and makes a first key. It stores a sample
conversation, asks three questions about it, and then stays up for other clients and says how to reach it.
Ctrl-C drains; everything stays in the state folder for the next time.

Examples:

    context-manager dev
    context-manager dev --state /tmp/try --nats-port 4333 --http 127.0.0.1:8090`
}

// Run serves until ctx is done.
func (c *devCmd) Run(ctx context.Context, sh *shell.Shell) error {
	ctx, release := shell.UntilHangup(ctx)
	defer release()
	state, err := local.Open(c.State)
	if err != nil {
		return err
	}
	defer state.Close()
	web, err := serve.Listen(ctx, c.HTTP)
	if err != nil {
		return err
	}
	defer func() { _ = web.Close() }() // which the service may have done
	key, made, err := state.Key()
	if err != nil {
		return err
	}
	if err := checkPort(ctx, c.NATSPort); err != nil {
		return err
	}
	server, err := state.StartServer(c.NATSPort)
	if err != nil {
		return err
	}
	defer server.Shutdown()
	s, err := c.newService(ctx, sh, state, server, web)
	if err != nil {
		return err
	}
	show := &tour{sh: sh, server: server, web: web, key: key, keyMade: made, state: state, sample: !c.NoSample}
	return serveAndShow(ctx, s, show)
}

func (c *devCmd) newService(ctx context.Context, sh *shell.Shell, state *local.State, server *natsd.Server, web *serve.HTTP) (*serve.Service, error) {
	log := serve.Logger(sh, c.LogLevel)
	opts := append(connect.Lasting(), nats.Name(shell.Program+" dev"), server.InProcess())
	conn, err := nats.Connect("", append(opts, serve.LogConnection(log)...)...)
	if err != nil {
		return nil, err
	}
	s, err := serve.New(ctx, serve.Parts{
		Conn: conn, Prefix: messages.DefaultPrefix, Audience: envelope.DefaultAudience, Source: ring.FromFile(state.Ring()),
		Flags: c.WorkerFlags, HTTP: web, Log: log, Now: sh.Now, Version: sh.Version,
	})
	if err != nil {
		conn.Close()
	}
	return s, err
}

// serveAndShow serves until ctx is done, and meanwhile shows what can be done.
func serveAndShow(ctx context.Context, s *serve.Service, show *tour) error {
	serving, stop := context.WithCancel(ctx)
	defer stop()
	served := make(chan error, 1)
	go func() {
		err := s.Run(serving)
		stop() // a worker that died has nothing to show
		served <- err
	}()
	err := show.run(serving)
	defer shell.SurvivePipes()() // whoever read this may end by the same Ctrl-C as the program
	if err != nil {
		stop()
	}
	<-serving.Done()
	show.say("\nDraining: what has begun is finished, then worker and server stop. Ctrl-C again stops at once.\n")
	serveErr := <-served
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = nil // stopped in the middle of the tour, as was asked for
	}
	if err = errors.Join(err, serveErr); err == nil {
		show.say("Stopped. Everything is in %s.\n", show.state.Dir)
	}
	return err
}

// say prints for the person who watches. What cannot be printed is not worth stopping for.
func (t *tour) say(format string, args ...any) { _, _ = fmt.Fprintf(t.sh.Out, format, args...) }

// Validate checks the flags of a server and its worker.
func (c *devCmd) Validate() error {
	if c.NATSPort < 0 || c.NATSPort > 65535 {
		return errors.New("--nats-port must be from 1 to 65535, or 0 for any free one")
	}
	return c.WorkerFlags.Validate()
}

// checkPort tells of a port in use: the server itself would only not become ready.
func checkPort(ctx context.Context, port int) error {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("port %d, which the NATS server wants, is in use: stop the program that has it (perhaps a nats-server: then use \"%s worker\"), or choose another with --nats-port", port, shell.Program)
	}
	if err != nil {
		return fmt.Errorf("listen for NATS: %w", err)
	}
	return l.Close()
}
