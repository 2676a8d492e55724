package worker

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// A worker whose permission to hear asks is taken away while it runs ends and
// says why: by a server that is told so, and by one that it connects to anew.
func TestAWorkerThatMayNotHearAsksAnyMoreEnds(t *testing.T) {
	t.Parallel()
	for name, forbid := range map[string]func(t *testing.T, r *rig, known *server.Options){
		"reload": func(t *testing.T, r *rig, known *server.Options) {
			changed := known.Clone()
			changed.Users = usersOf(false)
			if err := r.server.Inner().ReloadOptions(changed); err != nil {
				t.Fatal(err)
			}
		},
		"reconnection": func(t *testing.T, r *rig, known *server.Options) {
			port := r.server.Addr().(*net.TCPAddr).Port
			r.server.Shutdown()
			r.server = natstest.Start(t, func(o *natsd.Options) {
				o.StoreDir, o.Port = known.StoreDir, port
				o.Configure = func(so *server.Options) { so.NoAuthUser, so.Users = "all", usersOf(false) }
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir() // that outlives the first server
			var known *server.Options
			r := newRig(t, func(o *natsd.Options) {
				o.StoreDir, o.SyncAlways = dir, true
				o.Configure = func(so *server.Options) {
					so.NoAuthUser, so.Users = "all", usersOf(true)
					known = so
				}
			})
			w := r.start(options{
				config: func(c *Config) { c.LagInterval = 20 * time.Millisecond },
				conn: []nats.Option{
					nats.UserInfo("worker", "x"), nats.MaxReconnects(-1), nats.ReconnectJitter(0, 0), nats.ReconnectWait(10 * time.Millisecond),
				},
			})
			forbid(t, r, known)
			select {
			case err := <-w.ended:
				if err == nil || !strings.Contains(err.Error(), "may not subscribe to ctx.v1.ask.*.*") {
					t.Errorf("ended with %v", err)
				}
			case <-time.After(patience):
				t.Error("it goes on, and hears no ask")
			}
		})
	}
}

// That it may not subscribe to something else is no reason to end.
func TestAWorkerThatMayNotHearSomethingElseGoesOn(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *natsd.Options) {
		o.Configure = func(so *server.Options) { so.NoAuthUser, so.Users = "all", usersOf(false) }
	})
	w := r.make(options{})
	conn := natstest.Connect(t, r.server, nats.UserInfo("worker", "x"))
	w.deps.Conn = conn
	for subject, want := range map[string]bool{"ctx.v1.ask.other": false, w.deps.Subjects.AskAll(): true} {
		if _, err := conn.SubscribeSync(subject); err != nil {
			t.Fatal(err)
		}
		await.That(t, "the server refuses it", func() bool {
			err := conn.LastError()
			return err != nil && strings.Contains(err.Error(), `"`+subject+`"`)
		})
		if denied := w.asksDenied(t.Context()); (denied != nil) != want {
			t.Errorf("refused %s: %v", subject, denied)
		}
	}
}

// usersOf are users of whom "worker" may hear asks, or may not: nor what else it listens
// to as a service, of which the server tells as well, in any order.
func usersOf(hears bool) []*server.User {
	may := &server.SubjectPermission{Allow: []string{">"}}
	if !hears {
		may.Deny = []string{"ctx.v1.ask.>", "$SRV.>"}
	}
	return []*server.User{{Username: "all", Password: "x"}, {
		Username: "worker", Password: "x", Permissions: &server.Permissions{Subscribe: may},
	}}
}
