package connect

import (
	"fmt"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// What a context says of JetStream would else be passed over, and the worker's
// streams be made in that of the server it reaches.
func TestAContextWhoseJetStreamIsElsewhereIsRefused(t *testing.T) {
	t.Parallel()
	hub := natstest.Start(t, func(o *natsd.Options) {
		o.Configure = func(so *server.Options) { so.JetStreamDomain = "hub" }
	})
	none := natstest.Start(t, func(o *natsd.Options) {
		o.Configure = func(so *server.Options) { so.JetStream = false }
	})
	for name, c := range map[string]struct {
		at    *natsd.Server
		says  string
		taken bool
	}{
		"nothing of JetStream":       {hub, `"description":""`, true},
		"the server's domain":        {hub, `"jetstream_domain":"hub"`, true},
		"another domain":             {hub, `"jetstream_domain":"leaf"`, false},
		"the API under a prefix":     {hub, `"jetstream_api_prefix":"JS.leaf.API"`, false},
		"a domain, to a mere caller": {none, `"jetstream_domain":"leaf"`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := writeFile(t, "it.json", fmt.Appendf(nil, `{"url":%q,%s}`, c.at.URL(), c.says))
			nc, err := (&NATSFlags{Context: file, Prefix: "ctx", Audience: "default"}).Connect()
			if c.taken {
				if err != nil {
					t.Fatal(err)
				}
				nc.Close()
				return
			}
			if err == nil || transient(err) || !strings.Contains(err.Error(), `JetStream is elsewhere`) {
				t.Errorf("got %v", err)
			}
		})
	}
}
