package worker

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/natsd"
)

// A worker that may not fetch jobs any more, or may not acknowledge them, is not
// well, and says so until it may again.
func TestAWorkerThatMayNotTakeOrSettleJobsIsNotWell(t *testing.T) {
	t.Parallel()
	for _, denied := range []string{"$JS.API.CONSUMER.MSG.NEXT.CTX_JOBS.ctx-workers", "$JS.ACK.CTX_JOBS.ctx-workers.>"} {
		t.Run(denied, func(t *testing.T) {
			t.Parallel()
			var known *server.Options
			r := newRig(t, func(o *natsd.Options) {
				o.Configure = func(so *server.Options) {
					so.NoAuthUser, so.Users = "all", publishersBut()
					known = so
				}
			})
			w := r.start(options{
				config: func(c *Config) { c.LagInterval, c.HealthTimeout = 20*time.Millisecond, 500*time.Millisecond },
				conn:   []nats.Option{nats.UserInfo("worker", "x")},
			})
			h := w.Handler(w.registry)
			shows := func(metric string, status int, health string) func() bool {
				return func() bool {
					got := get(t, h, "/health")
					return strings.Contains(get(t, h, "/metrics").Body.String(), "context_manager_jobs_reachable "+metric+"\n") &&
						got.Code == status && strings.Contains(got.Body.String(), health)
				}
			}
			set := func(deny ...string) {
				t.Helper()
				changed := known.Clone()
				changed.Users = publishersBut(deny...)
				if err := r.server.Inner().ReloadOptions(changed); err != nil {
					t.Fatal(err)
				}
			}
			await.That(t, "all is well", shows("1", http.StatusOK, `"jobs": "ok"`))
			set(denied)
			await.That(t, "the job lane is not well", shows("0", http.StatusServiceUnavailable, `"jobs": "no answer on `+strings.TrimSuffix(denied, ">")))
			set()
			await.That(t, "all is well again", shows("1", http.StatusOK, `"jobs": "ok"`))
		})
	}
}

// publishersBut are users of whom "worker" may not publish to some subjects.
func publishersBut(deny ...string) []*server.User {
	may := &server.SubjectPermission{Allow: []string{">"}, Deny: deny}
	return []*server.User{{Username: "all", Password: "x"}, {
		Username: "worker", Password: "x", Permissions: &server.Permissions{Publish: may},
	}}
}
