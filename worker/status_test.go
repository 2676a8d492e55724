package worker

import (
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
)

// A job of which somebody makes what a server says to who fetches, such as that the
// consumer is gone, is a job like any other: it is refused, and those beside it are done.
func TestAJobThatReadsLikeAWordOfTheServerIsAJob(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]nats.Header{
		"the consumer is gone": {"Status": {"409"}, "Description": {"Consumer Deleted"}},
		"a bad request":        {"Status": {"400"}, "Description": {"Bad Request"}},
		"a heartbeat":          {"Status": {"100"}, "Description": {"Idle Heartbeat"}},
		"the end of a fetch":   {"Status": {"408"}, "Nats-Pending-Messages": {"x"}},
		"nothing more":         {"Status": {"404"}, "Description": {"No Messages"}},
		"nobody there":         {"Status": {"503"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.start(options{})
			for range 3 {
				m := &nats.Msg{Subject: r.subjects.Job(testTenant, messages.OpStore), Header: header}
				if _, err := r.js.PublishMsg(t.Context(), m); err != nil {
					t.Fatal(err)
				}
			}
			store(t, r.submit, messages.StoreRequest{Session: "s", Items: turns("a turn")})
			r.idle()
		})
	}
}
