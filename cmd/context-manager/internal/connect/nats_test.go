package connect

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"

	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func writeFile(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestConnectByNKey(t *testing.T) {
	t.Parallel()
	user, err := nkeys.CreateUser()
	if err != nil {
		t.Fatal(err)
	}
	public, err := user.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	seed, err := user.Seed()
	if err != nil {
		t.Fatal(err)
	}
	s := natstest.Start(t, func(o *natsd.Options) {
		o.Configure = func(so *server.Options) { so.Nkeys = []*server.NkeyUser{{Nkey: public}} }
	})
	f := NATSFlags{NATSURL: s.URL(), NKey: writeFile(t, "user.nk", seed)}
	nc, err := f.Connect()
	if err != nil {
		t.Fatal(err)
	}
	nc.Close()
	_, err = (&NATSFlags{NATSURL: s.URL()}).Connect()
	if !errors.Is(err, nats.ErrAuthorization) || transient(err) {
		t.Errorf("without the nkey: %v", err)
	}
}

// TestAConnectionThatEndsAtOnceIsTriedAgain: so a proxy does it that has no server behind it yet.
func TestAConnectionThatEndsAtOnceIsTriedAgain(t *testing.T) {
	t.Parallel()
	proxy := natstest.NewProxy(t, "127.0.0.1:1")
	if _, err := (&NATSFlags{NATSURL: proxy.URL()}).Connect(); err == nil || !transient(err) {
		t.Errorf("a proxy without a server: %v", err)
	}
}

func TestConnectTakesTheInboxPrefix(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	nc, err := (&NATSFlags{NATSURL: s.URL(), Inbox: "_INBOX_acme"}).Connect()
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if inbox := nc.NewRespInbox(); !strings.HasPrefix(inbox, "_INBOX_acme.") {
		t.Errorf("replies come under %s", inbox)
	}
}

func TestHostsHidePasswords(t *testing.T) {
	t.Parallel()
	for list, want := range map[string]string{
		"nats://u:p@a:4222, tls://b:1": "a:4222, b:1", "c": "c", "tok@d:4222": "d:4222", "nats://u:p%zz@e": "(no valid URL)",
	} {
		if got := hosts(list); got != want {
			t.Errorf("%q: got %q, want %q", list, got, want)
		}
	}
}
