package sendbuf_test

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/worker/sendbuf"
)

// A connection that was cut is dialled again, and what is published then arrives.
func TestItSurvivesTheLossOfItsConnection(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	proxy := natstest.NewProxy(t, s.Addr().String())
	again := make(chan struct{}, 1)
	nc, err := nats.Connect(proxy.URL(), nats.SetCustomDialer(sendbuf.Dialer{}), nats.MaxReconnects(-1), nats.ReconnectWait(10*time.Millisecond),
		nats.IgnoreDiscoveredServers(), nats.ReconnectHandler(func(*nats.Conn) { again <- struct{}{} }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	other := natstest.Connect(t, s)
	got, err := other.SubscribeSync("somebody")
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Flush(); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := nc.Publish("somebody", make([]byte, 200_000)); err != nil {
			t.Fatal(err)
		}
		if m, err := got.NextMsg(10 * time.Second); err != nil || len(m.Data) != 200_000 {
			t.Fatal("the message did not arrive whole: ", err)
		}
		proxy.Drop()
		select {
		case <-again:
		case <-time.After(10 * time.Second):
			t.Fatal("it did not connect again")
		}
	}
}
