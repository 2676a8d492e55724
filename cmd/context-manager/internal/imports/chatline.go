package imports

import (
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

// parseMoment reads a time that is text or a number. Nothing, and null, is 0.
func parseMoment(field string, raw json.RawMessage) (int64, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return 0, nil
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		raw = json.RawMessage(text)
	}
	var m shell.Moment
	if err := m.UnmarshalText(raw); err != nil {
		return 0, fmt.Errorf("%s: %w", field, err)
	}
	return int64(m), nil
}
