package serve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

// A Listener is a bound address, so that a port in use is told before anything is started.
type Listener struct{ net.Listener }

// Listen binds the address of the HTTP server.
func Listen(ctx context.Context, address string) (*Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("the HTTP address %s is in use: stop the program that has it, or choose another with --http or CTX_HTTP", address)
	}
	if err != nil {
		err = fmt.Errorf("listen for HTTP at %q, which --http or CTX_HTTP says (a host, or none, a colon and a port, such as :8080): %w", address, err)
	}
	var noAddress *net.AddrError
	if errors.As(err, &noAddress) {
		return nil, shell.Usagef("%w", err)
	}
	if err != nil {
		return nil, err
	}
	return &Listener{l}, nil
}

// URL is where the listener is reached from this machine.
func (l *Listener) URL() string {
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return "http://" + l.Addr().String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// An httpServer serves metrics and health.
type httpServer struct {
	listener *Listener
	server   *http.Server
}

func newHTTPServer(l *Listener, handler http.Handler) *httpServer {
	return &httpServer{listener: l, server: &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
	}}
}

// httpGrace is how long a stop waits for answers that are being written.
const httpGrace = 2 * time.Second

// run serves until ctx is done.
func (s *httpServer) run(ctx context.Context) error {
	served := make(chan error, 1)
	go func() { served <- s.server.Serve(s.listener) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve HTTP: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), httpGrace)
	defer cancel()
	if err := s.server.Shutdown(grace); err != nil {
		_ = s.server.Close() // a slow reader of /metrics is no reason to fail
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve HTTP: %w", err)
	}
	return nil
}
