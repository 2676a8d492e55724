package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"

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
	if err := checkPrivate(path); err != nil {
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
		return clientKey{}, fmt.Errorf(`%s is no key file: it needs {"id": "...", "secret": "..."}, as "%s key new" writes it`, path, program)
	}
	secret, err := decodeSecret(file.Secret)
	if err != nil {
		return clientKey{}, fmt.Errorf("the secret in %s: %w", path, err)
	}
	return clientKey{id: file.ID, tenant: file.Tenant, secret: secret}, nil
}

// checkPrivate refuses a file that others than its owner may read. Windows keeps no such mode.
func checkPrivate(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if open := info.Mode().Perm() & 0o077; open != 0 && runtime.GOOS != "windows" {
		return fmt.Errorf("%s has mode %04o, so others can read the secret in it: run chmod 600 on it, and make a new key if somebody may have",
			path, info.Mode().Perm())
	}
	return nil
}

// decodeSecret reads base64url, with or without padding and the line feed that editors add.
func decodeSecret(text string) (messages.Secret, error) {
	return messages.ParseSecret(strings.TrimRight(strings.TrimSpace(text), "="))
}

const (
	privateFile   = fs.FileMode(0o600)
	privateFolder = fs.FileMode(0o700)
)
