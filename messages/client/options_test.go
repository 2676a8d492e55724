package client_test

import (
	"strings"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func TestOptionsAreJudged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	nc := natstest.Connect(t, w.server)
	for name, change := range map[string]func(*client.Options){
		"no tenant":          func(o *client.Options) { o.Tenant = "" },
		"every tenant":       func(o *client.Options) { o.Tenant = messages.AnyTenant },
		"no key":             func(o *client.Options) { o.KeyID = "" },
		"no secret":          func(o *client.Options) { o.Secret = envelope.Secret{} },
		"prefix with a star": func(o *client.Options) { o.Prefix = "ctx.*" },
		"inbox with a star":  func(o *client.Options) { o.InboxPrefix = "_INBOX.*" },
		"inbox with a space": func(o *client.Options) { o.InboxPrefix = "_IN BOX" },
		"inbox with a slash": func(o *client.Options) { o.InboxPrefix = "svc/a" },
		"inbox of ü":         func(o *client.Options) { o.InboxPrefix = "_INBOX.über" },
		"inbox too long":     func(o *client.Options) { o.InboxPrefix = strings.Repeat("x", 240) },
		"service's own":      func(o *client.Options) { o.InboxPrefix = "ctx" },
		"a life of no unit":  func(o *client.Options) { o.JobLife = 3600 }, // the stream would take the jobs, and no worker
		"under its own":      func(o *client.Options) { o.InboxPrefix = "team.replies"; o.Prefix = "team" },
	} {
		o := client.Options{Tenant: "acme", KeyID: "web", Secret: w.key.Secrets[0]}
		change(&o)
		c, err := client.New(nc, o)
		if err == nil {
			c.Close()
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := client.New(nil, client.Options{}); err == nil {
		t.Error("no connection: no error")
	}
}

// No request may live longer than a day, so none is made that does.
func TestATimeoutOfDaysMakesNoRequestThatIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fake(func(r taken) { r.answer(200, messages.StatsReply{}) })
	c := w.client(func(o *client.Options) { o.Retries, o.Timeout = -1, 48*time.Hour })
	if _, err := c.Stats(t.Context(), messages.StatsRequest{Session: "s"}); err != nil {
		t.Fatal(err)
	}
}
