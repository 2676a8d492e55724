package serve

import (
	"net"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/internal/transcript"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// Whoever may publish can send headers that are none, as often as he likes: no line
// each, of what is refused and counted. What else is reported is logged.
func TestHeadersThatAreNoneAreNotLogged(t *testing.T) {
	t.Parallel()
	server, book := natstest.Start(t), &transcript.Text{}
	nc := natstest.Connect(t, server, LogConnection(zerolog.New(book))...)
	sub, err := nc.SubscribeSync("x")
	if err != nil {
		t.Fatal(err)
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	raw, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = raw.Close() }()
	if _, err := raw.Write([]byte("CONNECT {\"verbose\":false,\"headers\":true}\r\nHPUB x 7 8\r\ngarbagex\r\n")); err != nil {
		t.Fatal(err)
	}
	if _, err := sub.NextMsgWithContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	nc.ErrorHandler()(nc, sub, nats.ErrSlowConsumer)
	if err := nc.ForceReconnect(); err != nil { // which is told of after all that came before
		t.Fatal(err)
	}
	await.That(t, "it is connected again", func() bool { return strings.Contains(book.String(), "connected to NATS again") })
	if log := book.String(); strings.Contains(log, "decode headers") || !strings.Contains(log, "slow consumer") {
		t.Errorf("logged: %s", log)
	}
}
