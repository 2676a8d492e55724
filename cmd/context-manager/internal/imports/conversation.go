package imports

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// A turn is one utterance of a conversation file.
type turn struct {
	ID      string    `json:"id"`
	Session int       `json:"session"` // which sitting, from 1
	At      time.Time `json:"at"`
	Speaker string    `json:"speaker"`
	Text    string    `json:"text"`
	Caption string    `json:"caption"` // of an image that was shared
}

// A conversation is a file of turns as it is read, with the line that each turn begins in.
type conversation struct {
	name  string
	turns []turn
	lines []int
	// badLine is where a turn begins that cannot be read.
	badLine int
}

// ParseConversation makes a session of a conversation file: {"name", "speakers", "turns", "questions"}.
func ParseConversation(path string, data []byte, d Defaults) ([]Record, error) {
	c, line, err := decodeConversation(data)
	if err != nil {
		return nil, lineError(path, line, err)
	}
	if len(c.turns) == 0 {
		return nil, lineError(path, 1, errors.New("the conversation has no turns"))
	}
	if d.Session == "" {
		d.Session = c.name
	}
	if d.Session == "" {
		return nil, lineError(path, 1, errors.New("the conversation has no name: add \"name\", or give --session"))
	}
	return c.records(path, d)
}

func (c *conversation) records(path string, d Defaults) ([]Record, error) {
	records := make([]Record, 0, len(c.turns))
	ids := newIDs()
	var last int64
	for i := range c.turns {
		it, err := c.turns[i].item(last)
		if err != nil {
			return nil, lineError(path, c.lines[i], err)
		}
		last = it.Time
		r, err := place(c.lines[i], it, d.Session, d.User, d.Level)
		if err == nil {
			err = ids.settle(&r)
		}
		if err != nil {
			return nil, lineError(path, c.lines[i], err)
		}
		records = append(records, r)
	}
	return records, nil
}

// item makes an item of the turn. All turns of a sitting have one time:
// milliseconds after the turn before keep their order, whenever each is stored.
func (t *turn) item(last int64) (messages.Item, error) {
	switch {
	case t.ID == "":
		return messages.Item{}, errors.New("the turn has no id")
	case t.At.IsZero():
		return messages.Item{}, fmt.Errorf("turn %q has no time: \"at\" must be RFC 3339", t.ID)
	}
	at := t.At.UnixMilli()
	if at <= last && last-at < int64(time.Minute/time.Millisecond) {
		at = last + 1
	}
	return messages.Item{ID: t.ID, Role: messages.User, Name: t.Speaker, Text: t.words(), Time: at}, nil
}

// words is what was said, and in brackets what was shown.
func (t *turn) words() string {
	if t.Caption == "" {
		return t.Text
	}
	shown := t.Caption
	if !strings.HasPrefix(shown, "a photo") {
		shown = "a photo of " + shown
	}
	return strings.TrimSpace(t.Text + " [shares " + shown + "]")
}
