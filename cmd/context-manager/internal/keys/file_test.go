package keys

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

func TestAKeyFileThatOthersCanReadIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "k.json")
	doc := `{"id":"k","secret":"MDEyMzQ1Njc4OTAxMjM0NQ","tenant":"acme"}`
	if err := os.WriteFile(path, []byte(doc), 0o600); err != nil {
		t.Fatal(err)
	}
	if key, err := ReadFile(path); err != nil || key.Tenant != "acme" {
		t.Fatalf("a private one: %+v, %v", key, err)
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadFile(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
}

func TestBadKeyFilesShowNoSecret(t *testing.T) {
	t.Parallel()
	for name, doc := range map[string]string{
		"json": `{"id":"k","secret":"c2VjcmV0`, "field": `{"id":"k","secret":"c2VjcmV0c2VjcmV0c2VjcmV0","c2VjcmV0":1}`,
		"short": `{"id":"k","secret":"c2VjcmV0"}`, "letters": `{"id":"k","secret":"c2VjcmV0 c2VjcmV0 c2VjcmV0"}`, "no id": `{"secret":"c2VjcmV0c2VjcmV0c2VjcmV0"}`,
	} {
		path := filepath.Join(t.TempDir(), "k.json")
		if err := os.WriteFile(path, []byte(doc), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadFile(path); err == nil || strings.Contains(err.Error(), "c2VjcmV0") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeyFromEnvironmentAndSecretFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte("MDEyMzQ1Njc4OTAxMjM0NQ==\n"), 0o444); err != nil {
		t.Fatal(err)
	}
	env := shell.Environment{"CTX_KEY_SECRET": "MDEyMzQ1Njc4OTAxMjM0NQ"}
	for _, f := range []CallerFlags{{SignFlags: SignFlags{KeyID: "k"}, Tenant: "t"}, {SignFlags: SignFlags{KeyID: "k", KeySecretFile: path}, Tenant: "t"}} {
		key, err := f.Load(env)
		if err != nil || key.ID != "k" || key.Tenant != "t" || string(key.Secret.Bytes()) != "0123456789012345" {
			t.Errorf("got %+v, %v", key, err)
		}
	}
}
