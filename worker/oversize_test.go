package worker

import (
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/natsd"
)

// Where the servers take larger messages than any request may be, one that somebody
// publishes is refused, and does not stand before all other jobs because no fetch is
// large enough for it.
func TestAJobThatIsLargerThanAFetchIsRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *natsd.Options) { o.MaxPayload = 16 << 20 })
	r.start(options{config: func(c *Config) { c.JobBatchBytes = 11 << 20 }})
	m := &nats.Msg{Subject: r.subjects.Job(testTenant, messages.OpStore), Data: make([]byte, 12<<20)}
	if _, err := r.js.PublishMsg(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	store(t, r.submit, messages.StoreRequest{Session: "s", Items: turns("a turn")})
	r.idle()
}
