package tiers

import (
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/tiers/page"
)

func TestServersThatWillNotDoAreRefusedWithTheRemedy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*natsd.Options)
		say    string
	}{
		"JetStream off": {func(o *natsd.Options) {
			o.Configure = func(s *server.Options) { s.JetStream = false }
		}, "-js"},
		"a small max_payload": {func(o *natsd.Options) { o.MaxPayload = 1 << 20 }, "max_payload: 10493952"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			nc := natstest.Connect(t, natstest.Start(t, c.change))
			_, err := Open(t.Context(), nc, Config{}, Deps{})
			if !messages.HasCode(err, messages.CodeUnavailable) || !strings.Contains(err.Error(), c.say) {
				t.Fatalf("error %v; want it to say %q", err, c.say)
			}
		})
	}
}

func TestSmallerMessagesNeedLessPayload(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t, func(o *natsd.Options) { o.MaxPayload = 1 << 20 })
	onServer(t, s, newClock(), func(c *Config) { c.MaxMessageBytes = 512 << 10 })
}

func TestVersions(t *testing.T) {
	t.Parallel()
	for version, good := range map[string]bool{
		"2.12.0": true, "2.15.2": true, "3.0.0": true, "v2.12.1": true, "2.12.0-RC.1": true, "dev": true,
		"2.11.9": false, "2.9.0": false, "1.4.1": false,
	} {
		err := checkVersion(version)
		if good != (err == nil) || !good && !messages.HasCode(err, messages.CodeUnavailable) {
			t.Errorf("%s: %v", version, err)
		}
	}
}

func TestHealthNamesEachComponent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"nats", "l1", "l2", "l3", "ledger", "jobs"} {
		if err, there := w.Health(t.Context())[name]; !there || err != nil {
			t.Errorf("%s: %v, %v", name, there, err)
		}
	}
	w.deleteStream(w.long.stream)
	h := w.Health(t.Context())
	if !messages.HasCode(h["l3"], messages.CodeUnavailable) || h["l2"] != nil || h["jobs"] != nil {
		t.Errorf("with l3 gone: %v", h)
	}
	w.deleteStream(w.names.Jobs)
	if h := w.Health(t.Context()); !messages.HasCode(h["jobs"], messages.CodeUnavailable) || h["l2"] != nil {
		t.Errorf("with the jobs gone: %v", h)
	}
}

func TestNamesFollowThePrefix(t *testing.T) {
	t.Parallel()
	if n := NamesOf(""); n.Short != "ctx_short" || n.Jobs != "CTX_JOBS" || n.Consumer != "ctx-workers" {
		t.Errorf("default names %+v", n)
	}
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
