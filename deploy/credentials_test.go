package deploy

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
)

// An operated server takes users by credentials files, as `nsc` makes them: a
// token that an account has signed, and the seed of the user that it names.
type operated struct {
	url     string
	account nkeys.KeyPair
}

func newOperated(t *testing.T) *operated {
	t.Helper()
	operator, account := pair(t, nkeys.CreateOperator), pair(t, nkeys.CreateAccount)
	resolver := &server.MemAccResolver{}
	limits := map[string]any{"subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1, "wildcards": true, "conn": -1, "leaf": -1}
	if err := resolver.Store(public(t, account), token(t, operator, account, map[string]any{"type": "account", "version": 2, "limits": limits})); err != nil {
		t.Fatal(err)
	}
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true,
		TrustedKeys: []string{public(t, operator)}, AccountResolver: resolver,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server did not start")
	}
	return &operated{url: s.ClientURL(), account: account}
}

// A caller's credentials file lets it do what accounts.conf lets a caller do,
// and no more; a file that another account has signed lets nobody in.
func TestACredentialsFileIsAUserToo(t *testing.T) {
	t.Parallel()
	o := newOperated(t)
	caller := map[string]any{"type": "user", "version": 2, "subs": -1, "data": -1, "payload": -1,
		"pub": map[string]any{"allow": []string{"ctx.v1.ask.acme.*", "ctx.v1.job.acme.*"}},
		"sub": map[string]any{"allow": []string{"_INBOX.caller.bot.>"}},
	}
	file := credentials(t, o.account, caller)
	for subject, allowed := range map[string]bool{
		"ctx.v1.ask.acme.list": true, "ctx.v1.job.acme.store": true, "ctx.v1.ask.globex.list": false, "$KV.ctx_short.acme.s.1": false, "$JS.API.INFO": false,
	} {
		if refused(t, o.dial(t, file), publishing(subject)) == allowed {
			t.Errorf("publish to %s: allowed should be %t", subject, allowed)
		}
	}
	for subject, allowed := range map[string]bool{"_INBOX.caller.bot.>": true, "_INBOX.caller.>": false, ">": false} {
		if refused(t, o.dial(t, file), subscribing(subject)) == allowed {
			t.Errorf("subscribe to %s: allowed should be %t", subject, allowed)
		}
	}
	forged := credentials(t, pair(t, nkeys.CreateAccount), caller)
	if nc, err := nats.Connect(o.url, nats.UserCredentials(forged), nats.NoReconnect()); !errors.Is(err, nats.ErrAuthorization) {
		nc.Close()
		t.Errorf("signed by an account that nobody knows: %v", err)
	}
	if nc, err := nats.Connect(o.url, nats.NoReconnect()); !errors.Is(err, nats.ErrAuthorization) {
		nc.Close()
		t.Errorf("without a file: %v", err)
	}
}

func (o *operated) dial(t *testing.T, file string) *nats.Conn {
	t.Helper()
	nc, err := nats.Connect(o.url, nats.UserCredentials(file), nats.NoReconnect(), nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc
}

// credentials writes a credentials file of a new user of an account.
func credentials(t *testing.T, account nkeys.KeyPair, claims map[string]any) string {
	t.Helper()
	user := pair(t, nkeys.CreateUser)
	seed, err := user.Seed()
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("-----BEGIN NATS USER JWT-----\n%s\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n%s\n------END USER NKEY SEED------\n",
		token(t, account, user, claims), seed)
	file := filepath.Join(t.TempDir(), "caller.creds")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// token is a NATS JWT: who signs says something about a subject.
func token(t *testing.T, signer, subject nkeys.KeyPair, claims map[string]any) string {
	t.Helper()
	part := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(text)
	}
	signed := part(map[string]string{"typ": "JWT", "alg": "ed25519-nkey"}) + "." + part(map[string]any{
		"jti": "test", "iat": time.Now().Unix(), "iss": public(t, signer), "sub": public(t, subject), "name": "test", "nats": claims,
	})
	signature, err := signer.Sign([]byte(signed))
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func pair(t *testing.T, create func() (nkeys.KeyPair, error)) nkeys.KeyPair {
	t.Helper()
	made, err := create()
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func public(t *testing.T, of nkeys.KeyPair) string {
	t.Helper()
	key, err := of.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}
