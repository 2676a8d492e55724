package assemble

import (
	"strings"
	"unicode"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// asLine tells whether a live message's text is the whole line "label: text",
// because the API has no other place for who spoke: tool output, and people
// whose names a message cannot carry.
func (k *costs) asLine(i int) bool {
	switch k.corpus.rows[i].Role {
	case page.Tool:
		return true
	case page.Assistant, page.System:
		return false
	}
	p, at := k.corpus.at(i)
	return p.Name(at) != "" && !k.named(i)
}

// named tells whether a live message carries the speaker's name in a field.
func (k *costs) named(i int) bool {
	if k.format != messages.FormatOpenAI || k.corpus.rows[i].Role == page.Tool {
		return false
	}
	p, at := k.corpus.at(i)
	return validName(p.Name(at))
}

// validName tells whether OpenAI's API takes a name: 1 to 64 letters, digits,
// "_" and "-" of ASCII.
func validName(name string) bool {
	if name == "" || len(name) > 64 {
		return false
	}
	for i := range len(name) {
		b := name[i]
		if !('a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b == '_' || b == '-') {
			return false
		}
	}
	return true
}

// canOpen tells whether a live message may be the first of a format's messages.
func (k *costs) canOpen(i int) bool {
	return k.format != messages.FormatAnthropic || k.corpus.rows[i].Role != page.Assistant
}

// canBeLive tells whether an item may be a chat message at all: Anthropic has
// no system messages, only a system text, and refuses a message of white space alone.
func (k *costs) canBeLive(i int) bool {
	if k.format != messages.FormatAnthropic {
		return true
	}
	p, at := k.corpus.at(i)
	return k.corpus.rows[i].Role != page.System && (k.asLine(i) || !blank(p.Text(at)))
}

// blank tells whether a text is white space alone.
func blank(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r > ' ' && !unicode.IsSpace(r) }) < 0
}
