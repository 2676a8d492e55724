package serve

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/ring"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func ringFile(t *testing.T) string {
	t.Helper()
	doc, err := envelope.EncodeRing([]envelope.Key{{
		ID: "web", Secrets: []envelope.Secret{envelope.NewSecret(bytes.Repeat([]byte{1}, envelope.NewSecretBytes))},
		Tenants: []string{"acme"}, Grants: []messages.Grant{messages.GrantRead},
	}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "ring.json")
	if err := os.WriteFile(path, doc, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// An audience with a line feed would let one canonical string be read as two.
func TestAnAudienceThatIsNoLineMakesNoService(t *testing.T) {
	t.Parallel()
	conn := natstest.Connect(t, natstest.Start(t))
	_, err := New(t.Context(), Parts{
		Conn: conn, Audience: "prod\n1", Source: ring.FromFile(ringFile(t)), Flags: WorkerFlags{L1: 1}, Log: zerolog.Nop(), Now: time.Now,
	})
	if err == nil || !strings.Contains(err.Error(), "audience has a control character") {
		t.Errorf("got %v", err)
	}
}

// Nobody is sent to look for a leader, or for permissions, who pressed Ctrl-C.
func TestAStartThatIsInterruptedSaysSo(t *testing.T) {
	t.Parallel()
	conn := natstest.Connect(t, natstest.Start(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := New(ctx, Parts{Conn: conn, Source: ring.FromFile(ringFile(t)), Flags: WorkerFlags{L1: 1}, Log: zerolog.Nop(), Now: time.Now})
	var start *StartError
	if !errors.Is(err, context.Canceled) || errors.As(err, &start) {
		t.Errorf("got %v", err)
	}
}

func TestAnAddressThatIsNoneIsNamedWithItsFlag(t *testing.T) {
	t.Parallel()
	if _, err := Listen(t.Context(), "8080"); err == nil || !strings.Contains(err.Error(), `"8080", which --http or CTX_HTTP says`) {
		t.Errorf("got %v", err)
	}
}
