package serve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

// An HTTP serves metrics and health. It answers from the moment that it listens:
// that the worker is starting, until there is one that answers for itself.
type HTTP struct {
	listener net.Listener
	server   *http.Server
	worker   atomic.Pointer[http.Handler]
	served   chan struct{} // closed when the server has ended
	broken   error         // why, if that was not for Close
}

// Listen binds the address of the HTTP server, so that a port in use is told
// before anything else is started, and begins to serve. Who listens closes.
func Listen(ctx context.Context, address string) (*HTTP, error) {
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
	h := &HTTP{listener: l, served: make(chan struct{})}
	h.answer(starting())
	h.server = &http.Server{
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*h.worker.Load()).ServeHTTP(w, r) }),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
	go h.serve()
	return h, nil
}

func (h *HTTP) serve() {
	defer close(h.served)
	if err := h.server.Serve(h.listener); !errors.Is(err, http.ErrServerClosed) {
		h.broken = fmt.Errorf("serve HTTP: %w", err)
	}
}

// answer has a handler answer from now on.
func (h *HTTP) answer(handler http.Handler) { h.worker.Store(&handler) }

// starting answers while there is no worker: the process lives, and takes nothing.
func starting() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health/liveness", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "starting", http.StatusServiceUnavailable)
	})
	return mux
}

// URL is where the server is reached from this machine.
func (h *HTTP) URL() string {
	host, port, err := net.SplitHostPort(h.listener.Addr().String())
	if err != nil {
		return "http://" + h.listener.Addr().String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// httpGrace is how long a stop waits for answers that are being written.
const httpGrace = 2 * time.Second

// run waits until ctx is done, and closes. That the server ends before is an error.
func (h *HTTP) run(ctx context.Context) error {
	select {
	case <-h.served:
		return h.broken
	case <-ctx.Done():
		return h.Close()
	}
}

// Close ends the server and waits for it. It may be called again.
func (h *HTTP) Close() error {
	grace, cancel := context.WithTimeout(context.Background(), httpGrace)
	defer cancel()
	if err := h.server.Shutdown(grace); err != nil {
		_ = h.server.Close() // a slow reader of /metrics is no reason to fail
	}
	<-h.served
	return h.broken
}
