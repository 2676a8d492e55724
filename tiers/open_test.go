package tiers

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

func TestSmallerMessagesNeedLessPayload(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t, func(o *natsd.Options) { o.MaxPayload = 1 << 20 })
	onServer(t, s, newClock(), func(c *Config) { c.MaxMessageBytes = 512 << 10 })
	if _, err := Open(t.Context(), natstest.Connect(t, s), Config{}, Deps{}); !messages.HasCode(err, messages.CodeUnavailable) {
		t.Errorf("opened for larger ones: %v", err)
	}
}

func TestDeploymentsOfTwoPrefixesShareAServer(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	one := onServer(t, s, newClock(), func(c *Config) { c.Prefix = "acme.blue" })
	two := onServer(t, s, newClock())
	one.store(session("s"), "a", "blue")
	two.store(session("s"), "a", "plain")
	if v := one.view(session("s"), page.Freshness{}); texts(v.Page) != "a=blue" {
		t.Errorf("under the prefix: %q", texts(v.Page))
	}
	if v := two.view(session("s"), page.Freshness{}); texts(v.Page) != "a=plain" {
		t.Errorf("without it: %q", texts(v.Page))
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	nc := natstest.Connect(t, s)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "KV_ctx_short", Subjects: []string{"$KV.ctx_short.>"}}); err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), nc, Config{}, Deps{})
	if !messages.HasCode(err, messages.CodeUnavailable) {
		t.Fatalf("a bucket without direct get and history 1: %v", err)
	}
}

// Whoever opens waits for a leader that is silent, as after servers have started.
func TestALeaderThatIsSilentAtFirstIsAskedAgain(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	proxy := natstest.NewProxy(t, server.Addr().String())
	nc, err := nats.Connect(proxy.URL(), nats.IgnoreDiscoveredServers())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	w := onConn(t, server, nc, newClock(), func(c *Config) { c.Write.Attempt = 100 * time.Millisecond })
	proxy.Hold()
	asked := nc.Stats().OutMsgs
	met := make(chan error, 1)
	go func() { met <- w.short.meet(t.Context()) }()
	await.That(t, "it is asked again", func() bool { return nc.Stats().OutMsgs > asked+1 || len(met) > 0 })
	proxy.Release()
	if err := <-met; err != nil {
		t.Errorf("the leader was silent for some questions: %v", err)
	}
}

func TestAWorkerStartsHoweverShortWritesAreToTake(t *testing.T) {
	t.Parallel()
	newWorld(t, func(c *Config) { c.Write.Deadline = time.Nanosecond })
}
