package client_test

import (
	"github.com/nats-io/nats-server/v2/server"

	"github.com/context-manager/context-manager/tiers/natsd"
)

// smallPayload is a server that takes no large messages.
func smallPayload(o *natsd.Options) { o.MaxPayload = 4 << 10 }

// noPublish is a server that lets the user "mute" publish nothing of ours.
func noPublish(o *natsd.Options) {
	o.Configure = func(so *server.Options) {
		so.Users = []*server.User{{Username: "mute", Password: "mute", Permissions: &server.Permissions{
			Publish: &server.SubjectPermission{Deny: []string{"ctx.>"}},
		}}}
		so.NoAuthUser = "mute"
	}
}
