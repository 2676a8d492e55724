package imports

import (
	"bytes"
	"cmp"
	"errors"

	"github.com/context-manager/context-manager/messages"
)

// parseChat reads a message a line. Empty lines are passed over.
func parseChat(path string, data []byte, d Defaults) ([]Record, error) {
	var records []Record
	p := chatParser{defaults: d, calls: make(map[string]string), ids: newIDs()}
	line := 0
	for text := range bytes.Lines(data) {
		line++
		text = bytes.TrimSpace(text)
		if len(text) == 0 {
			continue
		}
		r, err := p.record(line, text)
		if err != nil {
			return nil, lineError(path, line, err)
		}
		records = append(records, r)
	}
	return records, nil
}

// wantObject says which form is wanted where a line does not even begin as one.
func wantObject(text []byte) error {
	switch text[0] {
	case '{':
		return nil
	case '[':
		return errors.New("an array: JSON Lines are wanted, an object a line; jq -c '.[]' makes them of an array")
	default:
		return errors.New(`no JSON object: JSON Lines are wanted, a message a line, such as {"role": "user", "content": "..."}`)
	}
}

// A chatParser turns lines into records, and remembers what ties them.
type chatParser struct {
	defaults Defaults
	calls    map[string]string // group of each tool call that waits for its result
	ids      *ids
}

func (p *chatParser) record(line int, text []byte) (Record, error) {
	if err := wantObject(text); err != nil {
		return Record{}, err
	}
	m, err := messages.Decode[chatLine](text)
	if err != nil {
		return Record{}, err
	}
	it, err := p.item(&m)
	if err != nil {
		return Record{}, err
	}
	r, err := place(line, it, cmp.Or(m.Session, p.defaults.Session), cmp.Or(m.User, p.defaults.User), p.defaults.Level)
	if err != nil {
		return Record{}, err
	}
	return r, p.ids.settle(&r)
}

func (p *chatParser) item(m *chatLine) (messages.Item, error) {
	text, err := m.text()
	if err != nil {
		return messages.Item{}, err
	}
	role, err := itemRole(m.Role)
	if err != nil {
		return messages.Item{}, err
	}
	when, err := parseMoment("time", m.Time)
	if err != nil {
		return messages.Item{}, err
	}
	expires, err := parseMoment("expires", m.Expires)
	if err != nil {
		return messages.Item{}, err
	}
	return messages.Item{
		ID: m.ID, Level: m.Level, Role: role, Name: m.Name, Text: text, Time: when, Expires: expires,
		Importance: m.Importance, Accesses: m.Accesses, Pinned: m.Pinned, Group: p.group(m), Language: m.Language, Metadata: m.Metadata,
	}, nil
}

// group ties a tool's results to the message that called it, unless the line names a group.
func (p *chatParser) group(m *chatLine) string {
	if m.Group != "" {
		return m.Group
	}
	if len(m.ToolCalls) > 0 {
		for _, call := range m.ToolCalls {
			p.calls[call.ID] = m.ToolCalls[0].ID
		}
		return m.ToolCalls[0].ID
	}
	return p.calls[m.ToolCallID]
}
