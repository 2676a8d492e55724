package worker

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/natsd"
)

// A worker that may not fetch jobs any more, or may not acknowledge them, is not
// well, and says so until it may again.
func TestAWorkerThatMayNotTakeOrSettleJobsIsNotWell(t *testing.T) {
	t.Parallel()
	for _, denied := range []string{"$JS.API.CONSUMER.MSG.NEXT.CTX_JOBS.ctx-workers", "$JS.ACK.CTX_JOBS.ctx-workers.>"} {
		t.Run(denied, func(t *testing.T) {
			t.Parallel()
			r, deny := newRigThatDenies(t)
			w := r.start(watchful)
			well := w.shows(t, "context_manager_jobs_reachable 1", http.StatusOK, `"jobs": "ok"`)
			await.That(t, "all is well", well)
			deny(denied)
			await.That(t, "the job lane is not well", w.shows(t, "context_manager_jobs_reachable 0", http.StatusServiceUnavailable, `"jobs": "no answer on `+strings.TrimSuffix(denied, ">")))
			deny()
			await.That(t, "all is well again", well)
		})
	}
}

// A worker that may not write dead letters any more says so until it may again, and
// keeps what fails for good until then, however often it is delivered.
func TestAWorkerThatMayNotBuryJobsIsNotWellAndLosesNone(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]any{"job": badStore, "bundle": stores.together(t, turn("s"), badStore).body} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, deny := newRigThatDenies(t)
			o := watchful
			o.config = func(c *Config) {
				watchful.config(c)
				c.MaxAttempts, c.JobTimeout = 2, 500*time.Millisecond
			}
			w := r.start(o)
			well := w.shows(t, "context_manager_dead_letters_reachable 1", http.StatusOK, `"dead_letters": "ok"`)
			await.That(t, "all is well", well)
			deny("ctx.v1.dead.>")
			await.That(t, "the dead letters are not well", w.shows(t, "context_manager_dead_letters_reachable 0",
				http.StatusServiceUnavailable, `"dead_letters": "no answer on ctx.v1.dead.`))
			r.publish(call{op: messages.OpStore, body: body})
			await.That(t, "it comes again", func() bool { return testutil.ToFloat64(w.metrics.settled.WithLabelValues("retried")) > 4 })
			deny()
			r.idle()
			letters := r.deadLetters()
			if len(letters) != 1 || letters[0].Header.Get(DeadCode) != string(messages.CodeBadJSON) {
				t.Errorf("%d letters %v; want one of what cannot be read", len(letters), letters)
			}
			await.That(t, "all is well again", well)
		})
	}
}

// watchful is a worker whose NATS user is told what it may not, and who looks often.
var watchful = options{
	config: func(c *Config) { c.LagInterval, c.HealthTimeout = 20*time.Millisecond, 500*time.Millisecond },
	conn:   []nats.Option{nats.UserInfo("worker", "x")},
}

// newRigThatDenies is a rig whose user "worker" may not publish to what deny is given.
func newRigThatDenies(t *testing.T) (r *rig, deny func(...string)) {
	t.Helper()
	var known *server.Options
	r = newRig(t, func(o *natsd.Options) {
		o.Configure = func(so *server.Options) {
			so.NoAuthUser, so.Users = "all", publishersBut()
			known = so
		}
	})
	return r, func(subjects ...string) {
		t.Helper()
		changed := known.Clone()
		changed.Users = publishersBut(subjects...)
		if err := r.server.Inner().ReloadOptions(changed); err != nil {
			t.Fatal(err)
		}
	}
}

// shows tells whether a worker's metrics have a line, and its health a status and a text.
func (w *running) shows(t *testing.T, metric string, status int, health string) func() bool {
	h := w.Handler(w.registry)
	return func() bool {
		got := get(t, h, "/health")
		return strings.Contains(get(t, h, "/metrics").Body.String(), metric+"\n") &&
			got.Code == status && strings.Contains(got.Body.String(), health)
	}
}

// publishersBut are users of whom "worker" may not publish to some subjects.
func publishersBut(deny ...string) []*server.User {
	may := &server.SubjectPermission{Allow: []string{">"}, Deny: deny}
	return []*server.User{{Username: "all", Password: "x"}, {
		Username: "worker", Password: "x", Permissions: &server.Permissions{Publish: may},
	}}
}
