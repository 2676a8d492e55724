package main

import (
	"fmt"
	"io/fs"
	"os"
	"runtime"
)

// The modes of what its owner alone may read.
const (
	privateFile   = fs.FileMode(0o600)
	privateFolder = fs.FileMode(0o700)
)

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

// readable tells early that a file is missing: the NATS client tells of it late, or as a refusal.
func readable(path string) error {
	if path == "" {
		return nil
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return file.Close()
}
