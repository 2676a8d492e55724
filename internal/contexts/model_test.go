package contexts

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/messages"
)

// A model knows what was stored and how a context is made of it.
type model struct {
	items []messages.Item
	count func(text string) int
}

// line is an item as PROTOCOL.md has it: "<name or role>: <text>".
func line(it messages.Item) string {
	label := string(it.Role)
	if first, _ := utf8.DecodeRuneInString(it.Name); unicode.IsSpace(first) || first == '/' {
		label += " " + it.Name // so that no line's tokens join with those of the one before
	} else if it.Name != "" {
		label = it.Name
	}
	return label + ": " + it.Text + "\n"
}

func (m *model) judge(t *rapid.T, r messages.AssembleRequest, reply messages.AssembleReply) {
	budget, cost := r.MaxTokens-r.ReserveTokens, m.rendered(r, reply)
	if cost > budget || cost != reply.Tokens.Total || budget != reply.Tokens.Max {
		t.Fatalf("%d tokens are rendered of %d, the reply says %+v: %+v", cost, budget, reply.Tokens, reply)
	}
	var in []messages.Item
	for _, id := range reply.IDs {
		in = append(in, m.items[slices.IndexFunc(m.items, func(it messages.Item) bool { return it.ID == id })])
	}
	if r.Format == messages.FormatText {
		text := ""
		for _, it := range in {
			text += line(it)
		}
		if text != reply.Text {
			t.Fatalf("the text is %q, its items make %q", reply.Text, text)
		}
	}
	for _, it := range m.items {
		if !slices.Contains(reply.IDs, it.ID) {
			m.isRightlyOut(t, it, in, budget-cost, r)
		}
	}
}

// isRightlyOut judges an item that is not in a context that has some room left.
func (m *model) isRightlyOut(t *rapid.T, it messages.Item, in []messages.Item, left int, r messages.AssembleRequest) {
	whole := m.group(it)
	need := 0
	for _, mate := range whole {
		need += m.count(line(mate))
		if slices.ContainsFunc(in, func(o messages.Item) bool { return it.Group != "" && o.ID == mate.ID }) {
			t.Fatalf("%s is out, and %s of its group is in", it.ID, mate.ID)
		}
		if slices.ContainsFunc(in, func(o messages.Item) bool { return words(line(o)) == words(line(mate)) && o.Role == mate.Role }) {
			return
		}
	}
	if r.Format == messages.FormatOpenAI || r.Format == messages.FormatAnthropic { // the first line of a system text brings its heading
		need += 3 + 4 + m.count("Known about the user:\n") + m.count("Earlier in this conversation:\n")
	}
	if need <= left {
		t.Fatalf("%s and its group need %d tokens and are out, with %d left: %q", it.ID, need, left, it.Text)
	}
}

// group is an item and those that come with it or not at all.
func (m *model) group(it messages.Item) (whole []messages.Item) {
	for _, o := range m.items {
		if o.ID == it.ID || it.Group != "" && o.Group == it.Group && o.Level.OwnerKind() == it.Level.OwnerKind() {
			whole = append(whole, o)
		}
	}
	return whole
}

// words are those of a text, whatever stands between them.
func words(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(text), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsNumber(c) }), " ")
}

// rendered is what an answer costs, as the APIs count it.
func (m *model) rendered(r messages.AssembleRequest, reply messages.AssembleReply) int {
	text := reply.Text
	for _, it := range reply.Items {
		text += line(it)
	}
	total := m.count(text)
	if reply.System != "" {
		total += 3 + m.count("system") + m.count(reply.System)
	}
	for _, c := range reply.Messages {
		total += 3 + m.count(c.Role) + m.count(c.Content)
		if c.Name != "" {
			total += 1 + m.count(c.Name)
		}
	}
	if total > 0 && (r.Format == messages.FormatOpenAI || r.Format == messages.FormatAnthropic) {
		total += 3
	}
	return total
}
