package imports

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// decodeConversation reads the file token by token, to know the line of each turn.
func decodeConversation(data []byte) (conversation, int, error) {
	var c conversation
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	err := c.decode(data, decoder)
	if err == nil {
		return c, 0, nil
	}
	if c.badLine == 0 {
		c.badLine = lineAt(data, decoder.InputOffset())
	}
	return c, c.badLine, err
}

func (c *conversation) decode(data []byte, decoder *json.Decoder) error {
	if err := expect(decoder, json.Delim('{')); err != nil {
		return err
	}
	for decoder.More() {
		if err := c.field(data, decoder); err != nil {
			return err
		}
	}
	if err := expect(decoder, json.Delim('}')); err != nil {
		return err
	}
	if decoder.More() {
		return errors.New("something follows the conversation: a file holds one")
	}
	return nil
}

func (c *conversation) field(data []byte, decoder *json.Decoder) error {
	key, err := decoder.Token()
	if err != nil {
		return err
	}
	switch key {
	case "name":
		if err := InWords(decoder.Decode(&c.name)); err != nil {
			return fmt.Errorf("the name cannot be read: %w", err)
		}
		return nil
	case "turns":
		return c.decodeTurns(data, decoder)
	case "speakers", "questions":
		var unused json.RawMessage
		return decoder.Decode(&unused)
	default:
		return fmt.Errorf("unknown field %q: a conversation has name, speakers, turns and questions", key)
	}
}

func (c *conversation) decodeTurns(data []byte, decoder *json.Decoder) error {
	if err := expect(decoder, json.Delim('[')); err != nil {
		return err
	}
	for decoder.More() {
		var t turn
		line := lineAt(data, decoder.InputOffset())
		if err := decoder.Decode(&t); err != nil {
			c.badLine = line
			return fmt.Errorf("the turn cannot be read: %w", InWords(err))
		}
		c.turns, c.lines = append(c.turns, t), append(c.lines, line)
	}
	return expect(decoder, json.Delim(']'))
}

func expect(decoder *json.Decoder, want json.Delim) error {
	got, err := decoder.Token()
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("there must be %q, not %s", rune(want), found(got))
	}
	return nil
}

// found shows a token as JSON has it.
func found(token json.Token) string {
	switch v := token.(type) {
	case nil:
		return "null"
	case string:
		return "a string"
	default:
		return fmt.Sprint(v)
	}
}

// lineAt is the line of the first value at or after offset.
func lineAt(data []byte, offset int64) int {
	at := min(int(offset), len(data))
	for at < len(data) && strings.IndexByte(" \t\r\n,:", data[at]) >= 0 {
		at++
	}
	return 1 + bytes.Count(data[:at], []byte("\n"))
}
