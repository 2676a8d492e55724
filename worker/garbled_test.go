package worker

import (
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
)

// A lineCounter counts what is logged.
type lineCounter struct {
	mu    sync.Mutex
	lines []string
}

func (c *lineCounter) Write(line []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, string(line))
	return len(line), nil
}

// A flood of messages whose headers are none is refused and counted, and is no flood of the log.
func TestHeadersThatAreNoneAreRefusedAndNotLogged(t *testing.T) {
	t.Parallel()
	const n = 50
	r, log, again := newRig(t), &lineCounter{}, make(chan struct{})
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
	log.mu.Lock()
	defer log.mu.Unlock()
	if len(log.lines) > 5 {
		t.Errorf("%d lines are logged, the first of them %s", len(log.lines), log.lines[0])
	}
}
