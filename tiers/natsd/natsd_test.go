package natsd_test

import (
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func TestServerKeepsItsStateAcrossARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, err := natsd.Start(natsd.Options{StoreDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	put(t, first)
	first.Shutdown()

	second := natstest.Start(t, func(o *natsd.Options) { o.StoreDir = dir })
	js := jetStream(t, natstest.Connect(t, second))
	kv, err := js.KeyValue(t.Context(), "kept")
	if err != nil {
		t.Fatal(err)
	}
	got, err := kv.Get(t.Context(), "a")
	if err != nil || string(got.Value()) != "1" {
		t.Fatalf("after the restart: %v, %v; want 1", got, err)
	}
}

func TestServerTakesTenMebibyteMessages(t *testing.T) {
	t.Parallel()
	nc := natstest.Connect(t, natstest.Start(t))
	if nc.MaxPayload() < 10<<20 {
		t.Fatalf("max_payload is %d; want 10 MiB or more", nc.MaxPayload())
	}
}

func TestStartNeedsAFolder(t *testing.T) {
	t.Parallel()
	if _, err := natsd.Start(natsd.Options{}); err == nil {
		t.Fatal("started without a StoreDir")
	}
}

func put(t *testing.T, s *natsd.Server) {
	t.Helper()
	nc, err := nats.Connect("", s.InProcess())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	kv, err := jetStream(t, nc).CreateKeyValue(t.Context(), jetstream.KeyValueConfig{Bucket: "kept"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kv.Put(t.Context(), "a", []byte("1")); err != nil {
		t.Fatal(err)
	}
}

func jetStream(t *testing.T, nc *nats.Conn) jetstream.JetStream {
	t.Helper()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	return js
}
