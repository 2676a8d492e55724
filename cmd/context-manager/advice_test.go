package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func TestAUserThatIsRefusedLeadsToTheUser(t *testing.T) {
	t.Parallel()
	got := advice(fmt.Errorf("connect to NATS: %w", nats.ErrAuthorization))
	if !strings.Contains(got, "--nkey") || !strings.Contains(got, "--tls-cert") {
		t.Errorf("%q; want a word on the flags that name a user", got)
	}
}

// A server with TLS that asks for certificates is reached with the flags that are told of.
func TestTLSLeadsToItsFlags(t *testing.T) {
	t.Parallel()
	web := httptest.NewTLSServer(nil) // for its certificate
	t.Cleanup(web.Close)
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())
	w := newWorld(t, func(o *natsd.Options) {
		o.Configure = func(so *server.Options) {
			so.TLSVerify, so.TLSTimeout = true, 10
			so.TLSConfig = &tls.Config{Certificates: web.TLS.Certificates, ClientCAs: roots, ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS13}
		}
	})
	if o := runLine(w.env(), "list", "--session", "s"); o.code != exitFailed || !strings.Contains(o.err, "--tls-ca") {
		t.Errorf("a server whose authority is not known: exit code %d\n%s", o.code, o.err)
	}
	ca := filepath.Join(w.dir, "ca.crt")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	if o := runLine(w.env("CTX_TLS_CA="+ca), "list", "--session", "s"); o.code != exitFailed || !strings.Contains(o.err, "--tls-cert") {
		t.Errorf("without a certificate: exit code %d\n%s", o.code, o.err)
	}
}

// Nor is a server reached that has no name, or that offers no TLS where the URL wants it.
func TestAServerThatIsNotReachedLeadsToItsURL(t *testing.T) {
	t.Parallel()
	unknown := &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "nats", IsNotFound: true}}
	if got := advice(fmt.Errorf("connect to NATS at nats: %w", unknown)); !strings.Contains(got, "--nats-url") {
		t.Errorf("a name that is not there: %q", got)
	}
	w := newWorld(t)
	o := runLine(w.env("CTX_NATS_URL="+strings.Replace(w.server.URL(), "nats://", "tls://", 1)), "list", "--session", "s")
	if o.code != exitFailed || !strings.Contains(o.err, "The server offers no TLS") {
		t.Errorf("no TLS: exit code %d\n%s", o.code, o.err)
	}
}

func TestWhatAWrongClockCausesLeadsToTheClocks(t *testing.T) {
	t.Parallel()
	for _, code := range []messages.Code{messages.CodeOutsideWindow, messages.CodeExpired} {
		if got := advice(messages.Errorf(code, "x")); !strings.Contains(got, "clocks") {
			t.Errorf("%s: %q; want a word on the clocks", code, got)
		}
	}
}

// What a server says stands on the terminal once, in the program's own words: nothing
// that nats.go has to say of it is written past these, as it came.
func TestNothingButTheProgramWritesToStandardError(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t, func(o *natsd.Options) {
		o.Configure = func(so *server.Options) {
			so.Users = []*server.User{{Username: "caller", Password: "pw", Permissions: &server.Permissions{
				Subscribe: &server.SubjectPermission{Deny: []string{">"}},
			}}}
		}
	})
	cmd := exec.CommandContext(t.Context(), shell.Program, "list", "--session", "s", "--timeout", "300ms")
	cmd.Env = append(os.Environ(), "CTX_NATS_URL="+strings.Replace(s.URL(), "nats://", "nats://caller:pw@", 1),
		"CTX_KEY_ID=k", "CTX_KEY_SECRET=MDEyMzQ1Njc4OTAxMjM0NQ", "CTX_TENANT=acme")
	said, err := cmd.CombinedOutput()
	lines := strings.Split(strings.TrimSpace(string(said)), "\n")
	if err == nil || len(lines) != 2 || !strings.Contains(lines[0], "Permissions Violation") || !strings.HasPrefix(lines[1], "Check the user") {
		t.Errorf("%v: want the error and what to do about it, and got\n%s", err, said)
	}
}
