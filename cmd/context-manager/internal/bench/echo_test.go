package bench

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"testing"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/connect"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// A machine that is so busy that the first connection breaks, as one that takes too
// long does, does not end the echo, and with it the bench.
func TestTheEchoTriesToConnectAgain(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	c := EchoCommand{connect.NATSFlags{NATSURL: "nats://" + breakFirst(t, server.Addr().String()), Prefix: "ctx", Audience: "default"}}
	in, bench := io.Pipe()
	said, out := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- c.Run(t.Context(), shell.New(shell.Environment{}, in, out, io.Discard))
		_ = out.Close()
	}()
	var ready readyLine
	if err := json.NewDecoder(said).Decode(&ready); err != nil || ready.Message != readyMessage {
		t.Errorf("it said %+v, %v", ready, err)
	}
	_ = bench.Close() // the bench is gone
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}

// breakFirst is an address that ends the first connection, and passes the next on.
func breakFirst(t *testing.T, server string) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	go func() {
		defer close(done)
		if first, err := l.Accept(); err == nil {
			_ = first.Close()
		}
		caller, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = caller.Close() }()
		passOn(t.Context(), caller, server)
	}()
	return l.Addr().String()
}

// passOn copies both ways until one of the two ends has ended.
func passOn(ctx context.Context, caller net.Conn, server string) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", server)
	if err != nil {
		return
	}
	there := make(chan struct{})
	go func() {
		defer close(there)
		_, _ = io.Copy(conn, caller)
		_ = conn.Close()
	}()
	_, _ = io.Copy(caller, conn)
	_ = caller.Close()
	<-there
}
