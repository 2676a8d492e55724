package rig_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func store(t *testing.T, c *client.Client, text string) messages.StoreReply {
	t.Helper()
	r, err := c.Store(t.Context(), messages.StoreRequest{Session: "s", Items: []messages.Item{{Text: text}}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAWorkerServes(t *testing.T) {
	t.Parallel()
	c := rig.Start(t).Client()
	id := store(t, c, "The red bicycle is in the cellar.").IDs[0]
	got, err := c.Assemble(t.Context(), messages.AssembleRequest{Session: "s", Query: "Where is the bicycle?", MaxTokens: 500})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.IDs) != 1 || got.IDs[0] != id {
		t.Fatalf("assembled %q; want %q", got.IDs, id)
	}
}

func TestAStoppedWorkerLeavesTheRestToOthers(t *testing.T) {
	t.Parallel()
	r := rig.Start(t)
	c, second := r.Client(), r.StartWorker()
	if err := second.Stop(); err != nil {
		t.Fatal(err)
	}
	if second.Ready() {
		t.Error("a stopped worker is ready")
	}
	store(t, c, "still served")
}

func TestAKilledWorkerLeavesTheRestToOthers(t *testing.T) {
	t.Parallel()
	r := rig.Start(t, rig.Workers(0))
	first, c := r.StartWorker(), r.Client()
	store(t, c, "stored by the first")
	first.Kill()
	if first.Ready() || !first.Conn.IsClosed() {
		t.Error("a killed worker is ready or connected")
	}
	if err := first.Stop(); err == nil {
		t.Error("a killed worker had time to drain")
	}
	r.StartWorker()
	list, err := c.List(t.Context(), messages.ListRequest{Session: "s"})
	if err != nil || list.Total != 1 {
		t.Fatalf("the second lists %d items, %v; want 1", list.Total, err)
	}
}

func TestOptionsReachServerWorkersAndClients(t *testing.T) {
	t.Parallel()
	r := rig.Start(t, rig.Prefix("acme-ctx"), rig.Audience("staging"), rig.Workers(2))
	if got := r.Subjects.Prefix(); got != "acme-ctx" {
		t.Errorf("the prefix is %s", got)
	}
	store(t, r.Client(), "under another prefix")
}

func TestAnExampleEndsWhatItStarted(t *testing.T) {
	t.Parallel()
	var e rig.Example
	r := rig.Start(&e)
	nc := r.Connect()
	if !nc.IsConnected() {
		t.Fatal("not connected")
	}
	e.End()
	if !nc.IsClosed() {
		t.Error("the connection was left open")
	}
}

func TestMetricsAreThoseOfTheLabelsThatAreGiven(t *testing.T) {
	t.Parallel()
	r := rig.Start(t, rig.Workers(0))
	w, c := r.StartWorker(), r.Client()
	store(t, c, "one")
	store(t, c, "two")
	if _, err := c.List(t.Context(), messages.ListRequest{Session: "s"}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		labels []string
		n      float64
	}{{nil, 3}, {[]string{"op", "store"}, 2}, {[]string{"op", "store", "lane", "job"}, 0}, {[]string{"lane", "ask", "op", "list"}, 1}} {
		if n, err := w.Metric("requests_total", want.labels...); err != nil || n != want.n {
			t.Errorf("of %q there are %v, %v; want %v", want.labels, n, err, want.n)
		}
	}
}
