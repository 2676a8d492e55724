package main

import (
	"fmt"
	"os"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

// signFlags say which key signs. The secret itself comes from a file or the
// environment: a flag would stand in the process list and the shell's history.
type signFlags struct {
	KeyFile       string `env:"CTX_KEY_FILE" group:"key" type:"path" placeholder:"FILE" help:"Key file that 'key new' or 'dev' wrote, mode 0600."`
	KeyID         string `env:"CTX_KEY_ID" group:"key" placeholder:"ID" help:"Id of the key, if there is no key file. The secret is then in $$CTX_KEY_SECRET or --key-secret-file."`
	KeySecretFile string `env:"CTX_KEY_SECRET_FILE" group:"key" type:"path" placeholder:"FILE" help:"File with nothing but the key's secret, base64url."`
}

// keyFlags say which key signs, and for whom.
type keyFlags struct {
	signFlags
	Tenant string `env:"CTX_TENANT" group:"key" placeholder:"NAME" help:"Tenant to ask for. Default: the key file's."`
}

// load reads the key and settles the tenant.
func (f *keyFlags) load(env shell.Environment) (clientKey, error) {
	key, err := f.read(env)
	if err != nil {
		return clientKey{}, err
	}
	if f.Tenant != "" {
		key.tenant = f.Tenant
	}
	if key.tenant == "" {
		return clientKey{}, shell.Usagef("no tenant: give --tenant or set CTX_TENANT")
	}
	return key, nil
}

func (f *signFlags) read(env shell.Environment) (clientKey, error) {
	if f.KeyFile != "" {
		if f.KeyID != "" {
			return clientKey{}, shell.Usagef("--key-file and --key-id both name a key: give one of them")
		}
		return readKeyFile(f.KeyFile)
	}
	if f.KeyID == "" {
		return clientKey{}, shell.Usagef("no key to sign with: set CTX_KEY_FILE (%q prints the line for it), or CTX_KEY_ID and CTX_KEY_SECRET", shell.Program+" dev")
	}
	text, err := f.secret(env)
	if err != nil {
		return clientKey{}, err
	}
	secret, err := decodeSecret(text)
	if err != nil {
		return clientKey{}, fmt.Errorf("the secret of key %q: %w", f.KeyID, err)
	}
	return clientKey{id: f.KeyID, secret: secret}, nil
}

func (f *signFlags) secret(env shell.Environment) (string, error) {
	if f.KeySecretFile != "" {
		text, err := os.ReadFile(f.KeySecretFile)
		return string(text), err
	}
	if text, ok := env["CTX_KEY_SECRET"]; ok {
		return text, nil
	}
	return "", shell.Usagef("key %q has no secret: set CTX_KEY_SECRET, or name a file by --key-secret-file", f.KeyID)
}
