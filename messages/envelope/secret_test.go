package envelope

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

// TestSecretNeverShows prints a secret, and what holds one, in every way at hand.
func TestSecretNeverShows(t *testing.T) {
	t.Parallel()
	raw := []byte("correct horse battery staple 012")
	secret := NewSecret(raw)
	signer, err := NewSigner("web", secret, "")
	fatalIf(t, err)
	ring, err := NewRing([]Key{{ID: "web", Secrets: []Secret{secret}, Tenants: []string{"a"}, Grants: []messages.Grant{messages.GrantRead}}})
	fatalIf(t, err)
	type holder struct{ hidden Secret }
	values := []any{secret, &secret, []Secret{secret}, map[string]Secret{"k": secret}, holder{secret}, &holder{secret}, signer, ring, ring.Keys()}

	var out strings.Builder
	log := slog.New(slog.NewTextHandler(&out, nil))
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%p", "%08b"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		asJSON, err := json.Marshal(v)
		fatalIf(t, err)
		out.Write(asJSON)
		log.Info("secret", "value", v)
	}
	shown := out.String()
	for _, leak := range []string{"correct", fmt.Sprintf("%x", raw), fmt.Sprintf("%X", raw), "99 111 114 114", "0x63, 0x6f", secret.Encode()} {
		if strings.Contains(shown, leak) {
			t.Errorf("the secret shows as %q", leak)
		}
	}
	if !strings.Contains(shown, redacted) {
		t.Error("nothing says that something is redacted")
	}
	if secret.String() != redacted {
		t.Errorf("String is %q", secret.String())
	}
}

func TestSecretIsACopy(t *testing.T) {
	t.Parallel()
	raw := []byte("0123456789abcdef")
	secret := NewSecret(raw)
	raw[0] = 'x'
	if string(secret.Bytes()) != "0123456789abcdef" {
		t.Error("a change of the slice changed the secret")
	}
}

func TestSecretText(t *testing.T) {
	t.Parallel()
	secret, err := GenerateSecret(rand.Reader)
	fatalIf(t, err)
	if len(secret.Bytes()) != NewSecretBytes {
		t.Errorf("a new secret has %d bytes", len(secret.Bytes()))
	}
	again, err := ParseSecret(secret.Encode())
	fatalIf(t, err)
	if !bytes.Equal(again.Bytes(), secret.Bytes()) {
		t.Error("Encode and ParseSecret do not fit")
	}
	if _, err := GenerateSecret(strings.NewReader("short")); err == nil {
		t.Error("a secret was made of too little randomness")
	}
	if (Secret{}).Bytes() != nil {
		t.Error("the empty secret has bytes")
	}
}

func TestParseSecretRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"empty": "", "too short": "c2hvcnQ", "padded": "MDEyMzQ1Njc4OWFiY2RlZg==", "not base64": "!!!!!!!!!!!!!!!!!!!!!!",
		"not canonical": "MDEyMzQ1Njc4OWFiY2RlZh", "a line break": "MDEyMzQ1Njc4OWFi\nY2RlZg", "too long": strings.Repeat("AAAA", 400),
	} {
		_, err := ParseSecret(text)
		if err == nil {
			t.Errorf("%s: accepted", name)
		} else if text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("%s: the error shows the text", name)
		}
	}
}
