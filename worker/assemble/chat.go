package assemble

import (
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// openAI renders a system message with facts and earlier turns as lines, and
// the live turns as messages.
func (p *packer) openAI() []messages.ChatMessage {
	system, turns := p.system()
	out := make([]messages.ChatMessage, 0, 1+len(turns))
	if system != "" {
		out = append(out, messages.ChatMessage{Role: "system", Content: system})
	}
	return p.appendTurns(out, turns)
}

// anthropic renders the same, with the system text apart.
func (p *packer) anthropic() (system string, turns []messages.ChatMessage) {
	system, items := p.system()
	return system, p.appendTurns(make([]messages.ChatMessage, 0, len(items)), items)
}

// system renders facts and earlier turns under their headings, and returns the
// live turns that are left.
func (p *packer) system() (system string, turns []int32) {
	nf, ne := p.spent.items[facts], p.spent.items[earlier]
	known, before := p.shown[:nf], p.shown[nf:nf+ne]
	size := lineBytes(known) + lineBytes(before) + len(p.framing.Facts.Text) + len(p.framing.Earlier.Text)
	b := make([]byte, 0, size)
	if nf > 0 {
		b = appendLines(append(b, p.framing.Facts.Text...), known)
	}
	if ne > 0 {
		b = appendLines(append(b, p.framing.Earlier.Text...), before)
	}
	return text(b), p.chosen[nf+ne:]
}

func (p *packer) appendTurns(out []messages.ChatMessage, turns []int32) []messages.ChatMessage {
	for _, i := range turns {
		pg, at := p.corpus.at(int(i))
		row := &p.corpus.rows[i]
		m := messages.ChatMessage{Role: chatRole(row.Role), Content: pg.Text(at)}
		if p.asLine(int(i)) {
			m.Content = text(AppendLine(nil, row.Role, pg.Name(at), pg.Text(at)))
		}
		if p.named(int(i)) {
			m.Name = pg.Name(at)
		}
		out = append(out, m)
	}
	return out
}

// chatRole is an item's role as a message. Tool output is given to the model
// as a user's message: the APIs take a tool's message only right after the
// call that it answers, with an id that an item does not have.
func chatRole(r page.Role) string {
	if r == page.Tool {
		return roleName(page.User)
	}
	return roleName(r)
}
