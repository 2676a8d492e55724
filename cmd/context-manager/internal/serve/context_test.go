package serve

import (
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/connect"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// A worker gathers what it writes, which must not have it go round the proxy that
// its context names.
func TestAWorkerGoesByTheProxyOfItsContext(t *testing.T) {
	t.Parallel()
	proxy, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	greeted := make(chan byte, 1)
	go func() {
		defer close(greeted)
		conn, err := proxy.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		version := make([]byte, 1)
		if _, err := conn.Read(version); err == nil {
			greeted <- version[0]
		}
	}()
	file := pemFile(t, "it.json", fmt.Appendf(nil, `{"url":%q,"socks_proxy":"socks5://%s"}`, natstest.Start(t).URL(), proxy.Addr()))
	f := connect.NATSFlags{Context: file, Prefix: "ctx", Audience: "default"}
	nc, err := (&Command{NATSFlags: f, ConnectWait: time.Millisecond}).connectAndLog(t.Context(), zerolog.Nop())
	if err == nil {
		nc.Close()
		t.Error("it connected past the proxy")
	}
	_ = proxy.Close()
	if version := <-greeted; version != 5 {
		t.Errorf("the proxy was greeted with %d; want 5, for SOCKS5", version)
	}
}
