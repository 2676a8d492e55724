package main

import (
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// The server does not answer what a user may not ask. Who waited in vain for that
// hears which subject it was.
func TestWhatAnOperatorsUserMayNotAskIsNamed(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t, func(o *natsd.Options) {
		o.Configure = func(so *server.Options) {
			so.Users = []*server.User{{Username: "all", Password: "pw"}, {Username: "some", Password: "pw", Permissions: &server.Permissions{
				Publish: &server.SubjectPermission{Allow: []string{"$JS.API.STREAM.INFO.CTX_DEAD"}},
			}}}
			so.NoAuthUser = "all"
		}
	})
	js, err := jetstream.New(natstest.Connect(t, s))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "CTX_DEAD", Subjects: []string{"ctx.v1.dead.*.*"}}); err != nil {
		t.Fatal(err)
	}
	url := strings.Replace(s.URL(), "nats://", "nats://some:pw@", 1)
	for line, subject := range map[string]string{"ls": "$JS.API.CONSUMER.CREATE.CTX_DEAD", "show 1": "$JS.API.STREAM.MSG.GET.CTX_DEAD"} {
		o := runLine(nil, append(append([]string{"dead"}, strings.Fields(line)...), "--nats-url", url, "--timeout", "500ms")...)
		if o.code != exitFailed || !strings.Contains(o.err, "Permissions Violation") || !strings.Contains(o.err, subject) || !strings.Contains(o.err, "Check the user") {
			t.Errorf("%s: exit code %d\n%s", line, o.code, o.err)
		}
	}
}
