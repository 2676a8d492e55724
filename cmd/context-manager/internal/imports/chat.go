package imports

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
)

// A chatLine is one message of a chat, in OpenAI's form with fields of ours.
type chatLine struct {
	Role       string            `json:"role"`
	Content    json.RawMessage   `json:"content"` // text, or text parts
	Name       string            `json:"name"`
	ToolCalls  []toolCall        `json:"tool_calls"`
	ToolCallID string            `json:"tool_call_id"`
	ID         string            `json:"id"`
	Session    string            `json:"session"`
	User       string            `json:"user"`
	Level      messages.Level    `json:"level"`
	Time       json.RawMessage   `json:"time"` // RFC 3339, or unix seconds or milliseconds
	Expires    json.RawMessage   `json:"expires"`
	Importance *float64          `json:"importance"`
	Accesses   int               `json:"accesses"`
	Pinned     bool              `json:"pinned"`
	Group      string            `json:"group"`
	Language   string            `json:"language"`
	Metadata   map[string]string `json:"metadata"`

	// What OpenAI's replies also have, and no reader of a context needs.
	Refusal     json.RawMessage `json:"refusal"`
	Annotations json.RawMessage `json:"annotations"`
	Audio       json.RawMessage `json:"audio"`
}

type toolCall struct {
	ID       string `json:"id"`
	Type     string `json:"type"`
	Index    int    `json:"index"`
	Function struct {
		Name      string `json:"name"`
		Arguments string `json:"arguments"`
	} `json:"function"`
}

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

// itemRole takes the roles that OpenAI renamed for those that we have.
func itemRole(role string) (messages.Role, error) {
	switch role {
	case "system", "user", "assistant", "tool":
		return messages.Role(role), nil
	case "":
		return messages.User, nil
	case "developer":
		return messages.System, nil
	case "function":
		return messages.Tool, nil
	default:
		return "", fmt.Errorf("unknown role %q: use system, user, assistant or tool", role)
	}
}

// text is the content, and after it the calls of tools, as a line each.
func (m *chatLine) text() (string, error) {
	var parts []string
	content, err := contentText(m.Content)
	if err != nil {
		return "", err
	}
	if content != "" {
		parts = append(parts, content)
	}
	for _, call := range m.ToolCalls {
		parts = append(parts, call.Function.Name+"("+call.Function.Arguments+")")
	}
	if len(parts) == 0 {
		return "", errors.New("the message has no content: a line needs text in \"content\"")
	}
	return strings.Join(parts, "\n"), nil
}

// contentText reads content that is text, text parts, or null.
func contentText(content json.RawMessage) (string, error) {
	var text string
	if len(content) == 0 || json.Unmarshal(content, &text) == nil {
		return text, nil
	}
	var parts []struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}
	if err := json.Unmarshal(content, &parts); err != nil {
		return "", errors.New("content must be text, or an array of text parts")
	}
	texts := make([]string, len(parts))
	for i, part := range parts {
		if part.Type != "text" && part.Type != "input_text" && part.Type != "output_text" {
			return "", fmt.Errorf("content[%d] has type %q: only text parts can be stored, so describe the rest in words", i, part.Type)
		}
		texts[i] = part.Text
	}
	return strings.Join(texts, "\n"), nil
}

// parseMoment reads a time that is text or a number. Nothing, and null, is 0.
func parseMoment(field string, raw json.RawMessage) (int64, error) {
	var text *string
	var m shell.Moment
	if len(raw) == 0 || string(raw) == "null" {
		return 0, nil
	}
	if err := json.Unmarshal(raw, &text); err == nil && text != nil {
		raw = json.RawMessage(*text)
	}
	if err := m.UnmarshalText(raw); err != nil {
		return 0, fmt.Errorf("%s: %w", field, err)
	}
	return int64(m), nil
}
