// Package natsd embeds a nats-server with JetStream, for one machine and for
// tests. It is imported by cmd and by tests alone: a worker talks to whatever
// server it is given.
package natsd

import (
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// MaxPayload is what 10 MiB messages need: the body, and room for headers.
const MaxPayload = 10<<20 + 64<<10

// MaxPending is how much the server holds back for a client that reads more
// slowly than others write. Its own default, 64 MiB, is seven of the largest
// messages: a burst of them cut workers off as slow consumers, and what was on
// its way to them was lost.
const MaxPending = 512 << 20

// ErrNotReady means that the server did not accept connections in time.
var ErrNotReady = errors.New("the embedded nats-server was not ready in time: is its port or its state folder in use?")

// Options say how the embedded server runs. The zero value listens on a free
// loopback port, which Server.URL then names, and needs a StoreDir.
type Options struct {
	StoreDir     string        // JetStream's files. Required.
	Host         string        // default 127.0.0.1
	Port         int           // 0: any free port
	MaxPayload   int32         // bytes; default MaxPayload
	SyncAlways   bool          // flush every write to disk before it is acknowledged
	ReadyTimeout time.Duration // default 10 s
	Configure    func(*server.Options)
}

// A Server is a running embedded nats-server.
type Server struct{ inner *server.Server }

// Start starts a server and waits until it accepts connections.
func Start(o Options) (*Server, error) {
	if o.StoreDir == "" {
		return nil, errors.New("natsd: StoreDir is required")
	}
	inner, err := server.NewServer(o.server())
	if err != nil {
		return nil, fmt.Errorf("configure the embedded nats-server: %w", err)
	}
	inner.Start()
	if !inner.ReadyForConnections(orDefault(o.ReadyTimeout, 10*time.Second)) {
		inner.Shutdown()
		inner.WaitForShutdown()
		return nil, ErrNotReady
	}
	return &Server{inner: inner}, nil
}

func (o Options) server() *server.Options {
	opts := &server.Options{
		ServerName: "context-manager",
		Host:       orDefault(o.Host, "127.0.0.1"),
		Port:       orDefault(o.Port, server.RANDOM_PORT),
		JetStream:  true,
		StoreDir:   o.StoreDir,
		MaxPayload: orDefault(o.MaxPayload, MaxPayload),
		MaxPending: MaxPending,
		SyncAlways: o.SyncAlways,
		NoSigs:     true, // signals belong to the process that embeds the server
		NoLog:      true,
	}
	if o.Configure != nil {
		o.Configure(opts)
	}
	return opts
}

// URL is where clients connect.
func (s *Server) URL() string { return s.inner.ClientURL() }

// Addr is the address of the client port.
func (s *Server) Addr() net.Addr { return s.inner.Addr() }

// Inner gives the embedded server itself, for tests that cut or query it.
func (s *Server) Inner() *server.Server { return s.inner }

// InProcess makes a connection use no socket, for a worker in the same process.
func (s *Server) InProcess() nats.Option { return nats.InProcessServer(s.inner) }

// Shutdown stops the server and waits until its files are closed.
func (s *Server) Shutdown() {
	s.inner.Shutdown()
	s.inner.WaitForShutdown()
}

func orDefault[T comparable](v, fallback T) T {
	var zero T
	if v == zero {
		return fallback
	}
	return v
}
