package assemble

import (
	"unicode"
	"unicode/utf8"

	"github.com/context-manager/context-manager/tiers/page"
)

// A line is what is rendered of an item. Its strings share the page's memory.
type line struct {
	role       page.Role
	name, text string
}

// label returns what stands before an item's text in a rendered line: its
// name, or its role if it has none.
//
// A tokenizer of the o200k family always ends a token at a line feed unless
// white space or "/" follows it. So a label never starts with either, and the
// tokens of a text of many lines are exactly the sum of the lines' tokens.
func label(role page.Role, name string) string {
	if name == "" {
		return roleName(role)
	}
	if first, _ := utf8.DecodeRuneInString(name); first == '/' || unicode.IsSpace(first) {
		return roleName(role) + " " + name
	}
	return name
}

// AppendLine appends an item as a rendered line: "label: text\n".
func AppendLine(dst []byte, role page.Role, name, text string) []byte {
	dst = append(dst, label(role, name)...)
	dst = append(dst, ": "...)
	dst = append(dst, text...)
	return append(dst, '\n')
}

func roleName(r page.Role) string {
	switch r {
	case page.System:
		return "system"
	case page.Assistant:
		return "assistant"
	case page.Tool:
		return "tool"
	default:
		return "user"
	}
}
