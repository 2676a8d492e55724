package worker

import (
	"net"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/internal/transcript"
	"github.com/context-manager/context-manager/messages"
)

// A flood of messages whose headers are none is refused and counted, and is no flood of the log.
func TestHeadersThatAreNoneAreRefusedAndNotLogged(t *testing.T) {
	t.Parallel()
	const n = 50
	r, log, again := newRig(t), &transcript.Text{}, make(chan struct{})
	w := r.start(options{
		deps: func(d *Deps) { d.Logger = zerolog.New(log) },
		conn: []nats.Option{nats.ReconnectHandler(func(*nats.Conn) { close(again) }), nats.ReconnectJitter(0, 0)},
	})
	raw, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", r.server.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = raw.Close() }()
	lines := "CONNECT {\"verbose\":false,\"headers\":true}\r\n"
	for _, subject := range []string{r.subjects.Ask(testTenant, messages.OpStore), r.subjects.Job(testTenant, messages.OpStore)} {
		lines += strings.Repeat("HPUB "+subject+" _INBOX.x 7 8\r\ngarbagex\r\n", n)
	}
	if _, err := raw.Write([]byte(lines)); err != nil {
		t.Fatal(err)
	}
	for _, lane := range []messages.Lane{messages.LaneAsk, messages.LaneJob} {
		await.That(t, "all are refused", func() bool {
			return testutil.ToFloat64(w.metrics.refusals.WithLabelValues(string(lane), "header")) == n
		})
	}
	if err := w.nc.ForceReconnect(); err != nil { // which is told of after all that was reported before
		t.Fatal(err)
	}
	<-again
	if lines := strings.Count(log.String(), "\n"); lines > 5 {
		t.Errorf("%d lines are logged:\n%s", lines, log)
	}
}
