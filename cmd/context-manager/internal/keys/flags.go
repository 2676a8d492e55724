package keys

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// SignFlags say which key signs. The secret itself comes from a file or the
// environment: a flag would stand in the process list and the shell's history.
type SignFlags struct {
	KeyFile       string `env:"CTX_KEY_FILE" group:"key" type:"path" placeholder:"FILE" help:"Key file that 'key new' or 'dev' wrote, mode 0600."`
	KeyID         string `env:"CTX_KEY_ID" group:"key" placeholder:"ID" help:"Id of the key, if there is no key file. The secret is then in $$CTX_KEY_SECRET or --key-secret-file."`
	KeySecretFile string `env:"CTX_KEY_SECRET_FILE" group:"key" type:"path" placeholder:"FILE" help:"File with nothing but the key's secret, base64url. Its mode is not looked at, as mounted secrets have one of their own."`
}

// CallerFlags say which key signs, and for whom.
type CallerFlags struct {
	SignFlags
	Tenant string `env:"CTX_TENANT" group:"key" placeholder:"NAME" help:"Tenant to ask for. Default: the key file's."`
}

// Load reads the key, and settles the tenant: none is wrong usage.
func (f *CallerFlags) Load(env shell.Environment) (Key, error) {
	key, err := f.SignFlags.Load(env)
	if err != nil {
		return Key{}, err
	}
	if f.Tenant != "" {
		if err := messages.CheckTenant(f.Tenant); err != nil {
			return Key{}, shell.Refused(err)
		}
		key.Tenant = f.Tenant
	}
	if key.Tenant == "" {
		return Key{}, shell.Usagef("no tenant: give --tenant or set CTX_TENANT")
	}
	return key, nil
}

// Load reads the key, whose tenant is that of its file, if it has one.
func (f *SignFlags) Load(env shell.Environment) (Key, error) {
	if f.KeyFile != "" {
		if f.KeyID != "" {
			return Key{}, shell.Usagef("--key-file and --key-id both name a key: give one of them")
		}
		key, err := ReadFile(f.KeyFile)
		if errors.Is(err, fs.ErrNotExist) {
			return Key{}, fmt.Errorf("there is no key file: %w: %q makes one, and %q says where its own is", err, shell.Program+" key new", shell.Program+" dev")
		}
		return key, err
	}
	if f.KeyID == "" {
		return Key{}, shell.Usagef("no key to sign with: set CTX_KEY_FILE (%q prints the line for it), or CTX_KEY_ID and CTX_KEY_SECRET", shell.Program+" dev")
	}
	if err := envelope.CheckKeyID(f.KeyID); err != nil {
		return Key{}, shell.Refused(err)
	}
	text, err := f.secret(env)
	if err != nil {
		return Key{}, err
	}
	secret, err := decodeSecret(text)
	if err != nil {
		return Key{}, fmt.Errorf("the secret of key %q: %w", f.KeyID, err)
	}
	return Key{ID: f.KeyID, Secret: secret}, nil
}

func (f *SignFlags) secret(env shell.Environment) (string, error) {
	if f.KeySecretFile != "" {
		text, err := os.ReadFile(f.KeySecretFile)
		if err != nil {
			err = fmt.Errorf("--key-secret-file: %w", err)
		}
		return string(text), err
	}
	if text, ok := env["CTX_KEY_SECRET"]; ok {
		return text, nil
	}
	return "", shell.Usagef("key %q has no secret: set CTX_KEY_SECRET, or name a file by --key-secret-file", f.KeyID)
}
