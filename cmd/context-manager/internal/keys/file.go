package keys

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/files"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages/envelope"
)

// A keyFile is a caller's side of a key, as `key new` and `dev` write it.
type keyFile struct {
	ID     string `json:"id"`
	Secret string `json:"secret"` // base64url without padding
	Tenant string `json:"tenant,omitempty"`
}

// A Key is what a client signs with.
type Key struct {
	ID     string
	Tenant string // whose data it asks for; "" if nobody has said
	Secret envelope.Secret
}

// ErrNoKey is why a file that can be read holds no key.
var ErrNoKey = errors.New("is no key file")

// ReadFile reads a caller's key, which nobody but its owner may read.
func ReadFile(path string) (Key, error) {
	if err := files.CheckPrivate(path); err != nil {
		return Key{}, err
	}
	doc, err := os.ReadFile(path)
	if err != nil {
		return Key{}, err
	}
	var file keyFile
	decoder := json.NewDecoder(bytes.NewReader(doc))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil || file.ID == "" {
		// the cause may quote what stands in the file
		return Key{}, fmt.Errorf(`%s %w: it needs {"id": "...", "secret": "..."}, as "%s key new" writes it`, path, ErrNoKey, shell.Program)
	}
	secret, err := decodeSecret(file.Secret)
	if err != nil {
		return Key{}, fmt.Errorf("the secret in %s: %w", path, err)
	}
	return Key{ID: file.ID, Tenant: file.Tenant, Secret: secret}, nil
}

// decodeSecret reads base64url, with or without padding and the line feed that editors add.
func decodeSecret(text string) (envelope.Secret, error) {
	return envelope.ParseSecret(strings.TrimRight(strings.TrimSpace(text), "="))
}
