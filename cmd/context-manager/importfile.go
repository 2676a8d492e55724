package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/context-manager/context-manager/messages"
)

// A record is one item of a file, and where it goes.
type record struct {
	line  int // of the file, from 1
	owner messages.Owner
	item  messages.Item
}

// fileDefaults are what a file's records have unless they say otherwise.
type fileDefaults struct {
	session, user string
	level         messages.Level
}

// readRecords reads all of a file, so that a bad one is refused before anything of it is stored.
func readRecords(path string, d fileDefaults) ([]record, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	records, err := parseRecords(path, data, d)
	if err != nil {
		return nil, err
	}
	if len(records) == 0 {
		return nil, fmt.Errorf("%s: nothing to import: the file is empty", path)
	}
	return records, nil
}

// parseRecords reads a conversation file or JSON Lines, whichever data is.
func parseRecords(path string, data []byte, d fileDefaults) ([]record, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) {
		return nil, lineError(path, badUTF8Line(data), errors.New("not UTF-8: convert the file, for example with iconv -t UTF-8"))
	}
	if isConversation(data) {
		return parseConversation(path, data, d)
	}
	if d.session == "" {
		d.session = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	}
	return parseChat(path, data, d)
}

// isConversation tells a conversation file, which is one object with turns, from lines of messages.
func isConversation(data []byte) bool {
	var first struct {
		Turns json.RawMessage `json:"turns"`
	}
	return json.NewDecoder(bytes.NewReader(data)).Decode(&first) == nil && first.Turns != nil
}

// place makes a record: it settles the owner by the level, and judges the item.
func place(line int, it messages.Item, session, user string, level messages.Level) (record, error) {
	if it.Level == "" {
		it.Level = level
	}
	request := messages.StoreRequest{Session: session, User: user, Items: []messages.Item{it}}
	switch it.Level.OwnerKind() {
	case messages.SessionOwner:
		request.User = ""
	case messages.UserOwner:
		request.Session = ""
		if user == "" {
			return record{}, errors.New(`a long_term item belongs to a user: give the line a "user", or the command --user`)
		}
	}
	if err := request.Validate(); err != nil {
		return record{}, plainly(err)
	}
	owner, err := request.Owner("")
	return record{line: line, owner: owner, item: request.Items[0]}, err
}

// plainly leaves out of a refusal what is about the request that the file's reader never sees.
func plainly(err error) error {
	var refusal *messages.Error
	if errors.As(err, &refusal) {
		return errors.New(strings.ReplaceAll(refusal.Message, "items[0].", ""))
	}
	return err
}

// lineError says where in which file an error is.
func lineError(path string, line int, err error) error {
	return fmt.Errorf("%s:%d: %w", path, line, err)
}

func badUTF8Line(data []byte) int {
	line := 1
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 {
			return line
		}
		if r == '\n' {
			line++
		}
		data = data[size:]
	}
	return line
}
