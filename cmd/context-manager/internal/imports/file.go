package imports

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
)

// A Record is one item of a file, and where it goes.
type Record struct {
	Owner messages.Owner
	Item  messages.Item

	line int // of the file, from 1
	size int // bytes of a request with this item alone
}

// Defaults are what a file's records have unless they say otherwise.
type Defaults struct {
	Session, User string
	Level         messages.Level
}

// readRecords reads all of a file, or of in where the path is "-", so that a
// bad one is refused before anything of it is stored.
func readRecords(path string, in io.Reader, d Defaults) ([]Record, error) {
	data, err := shell.ReadInput(path, in)
	if err != nil {
		return nil, err
	}
	records, err := Parse(shell.NameOf(path), data, d)
	if err != nil {
		return nil, err
	}
	if len(records) == 0 {
		return nil, fmt.Errorf("%s: nothing to import: there is no item in it", shell.NameOf(path))
	}
	return records, nil
}

// Parse reads a conversation, an export or JSON Lines, whichever data is.
func Parse(path string, data []byte, d Defaults) ([]Record, error) {
	data, err := Text(path, data)
	if err != nil {
		return nil, err
	}
	first := firstValue(data)
	if first.Turns != nil {
		return ParseConversation(path, data, d)
	}
	if d.Session == "" && path != shell.StdinName { // which says nothing of what is in it
		d.Session = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	}
	if first.Items != nil {
		return parseExport(path, data, d)
	}
	return parseChat(path, data, d)
}

// Text is data without the mark that some editors begin a file with; what is no
// UTF-8 is refused.
func Text(path string, data []byte) ([]byte, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) {
		return nil, lineError(path, badUTF8Line(data), errors.New("not UTF-8: convert the file, for example with iconv -t UTF-8"))
	}
	return data, nil
}

// A value is what tells the forms of files from each other: a conversation is
// one object with turns, the lines of an export have items.
type value struct {
	Turns json.RawMessage `json:"turns"`
	Items json.RawMessage `json:"items"`
}

// firstValue is the first of data, or of none if that is no object.
func firstValue(data []byte) (first value) {
	if json.NewDecoder(bytes.NewReader(data)).Decode(&first) != nil {
		return value{}
	}
	return first
}

// place makes a record: it settles the owner by the level, and judges the item.
func place(line int, it messages.Item, session, user string, level messages.Level) (Record, error) {
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
			return Record{}, errors.New(`a long_term item belongs to a user: name one with --user, or with "user" in its line`)
		}
	}
	if err := request.Validate(); err != nil {
		return Record{}, shell.Plainly(err)
	}
	owner, err := request.Owner("")
	return Record{line: line, Owner: owner, Item: request.Items[0]}, err
}

// filledIn is about what a request grows by when its item is given a time.
const filledIn = 32

// weigh sets the record's size, and refuses an item that fits no request:
// later, what stands before it would be stored already.
func (r *Record) weigh() error {
	request := messages.StoreRequest{Items: []messages.Item{r.Item}}
	request.Session, request.User = sides(r.Owner)
	body, err := messages.AppendJSON(nil, &request)
	if err != nil {
		return err
	}
	if r.size = len(body) + filledIn; r.size > messages.MaxMessageBytes {
		return fmt.Errorf("the item makes a request of %d bytes, at most %d are allowed: divide it", r.size, messages.MaxMessageBytes)
	}
	return nil
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
