package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/files"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
)

// A keyFile is a caller's side of a key, as `key new` and `dev` write it.
type keyFile struct {
	ID     string `json:"id"`
	Secret string `json:"secret"` // base64url without padding
	Tenant string `json:"tenant,omitempty"`
}

// clientKey is what a client signs with.
type clientKey struct {
	id, tenant string
	secret     messages.Secret
}

// readKeyFile reads a caller's key, which nobody but its owner may read.
func readKeyFile(path string) (clientKey, error) {
	if err := files.CheckPrivate(path); err != nil {
		return clientKey{}, err
	}
	doc, err := os.ReadFile(path)
	if err != nil {
		return clientKey{}, err
	}
	var file keyFile
	decoder := json.NewDecoder(bytes.NewReader(doc))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil || file.ID == "" {
		// the cause may quote what stands in the file
		return clientKey{}, fmt.Errorf(`%s is no key file: it needs {"id": "...", "secret": "..."}, as "%s key new" writes it`, path, shell.Program)
	}
	secret, err := decodeSecret(file.Secret)
	if err != nil {
		return clientKey{}, fmt.Errorf("the secret in %s: %w", path, err)
	}
	return clientKey{id: file.ID, tenant: file.Tenant, secret: secret}, nil
}

// decodeSecret reads base64url, with or without padding and the line feed that editors add.
func decodeSecret(text string) (messages.Secret, error) {
	return messages.ParseSecret(strings.TrimRight(strings.TrimSpace(text), "="))
}
