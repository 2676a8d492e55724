package assemble

import (
	"unsafe"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// reply renders what was taken. Its strings share memory with the pages, which
// are never written to, and its text with the input's Memory.
func (p *packer) reply() messages.AssembleReply {
	var r messages.AssembleReply
	p.followLive()
	p.arrange()
	r.IDs = p.show()
	r.Tokens = p.count()
	switch p.format {
	case messages.FormatText:
		r.Text = p.lineText(p.shown)
	case messages.FormatOpenAI:
		r.Messages = p.openAI()
	case messages.FormatAnthropic:
		r.System, r.Messages = p.anthropic()
	default:
		r.Items = p.items(r.IDs)
	}
	return r
}

// arrange puts what was taken into the order of the context: facts, the newest
// first, so that of two that conflict the newer is read first; then earlier
// items and live turns, each in order of time.
func (p *packer) arrange() {
	p.chosen = p.chosen[:0]
	n := p.corpus.len()
	if p.spent.items[facts] > 0 {
		for i := n - 1; i >= 0; i-- {
			p.collect(i, facts)
		}
	}
	for _, where := range [...]section{earlier, live} {
		if p.spent.items[where] == 0 {
			continue
		}
		for i := range n {
			p.collect(i, where)
		}
	}
}

func (p *packer) collect(i int, where section) {
	if p.fates[i] == taken && p.where[i] == where {
		p.chosen = append(p.chosen, int32(i))
	}
}

func (p *packer) count() messages.TokenCount {
	t := messages.TokenCount{Total: p.total(&p.spent), Max: p.budget}
	for _, i := range p.chosen {
		cost := int(p.corpus.rows[i].LineTokens)
		if p.chat && p.where[i] == live {
			cost = p.content(int(i))
		}
		switch p.corpus.rows[i].Level {
		case page.Immediate:
			t.Immediate += cost
		case page.ShortTerm:
			t.ShortTerm += cost
		default:
			t.LongTerm += cost
		}
	}
	t.Overhead = t.Total - t.Immediate - t.ShortTerm - t.LongTerm
	return t
}

// idBytes is about how long an id is: that of a request, a hyphen and a number.
const idBytes = 26

// show makes lines of what was taken, and gives its ids, in one piece of memory.
func (p *packer) show() (ids []string) {
	ids = make([]string, len(p.chosen))
	p.shown = resize(p.shown, len(p.chosen))
	all := make([]byte, 0, idBytes*len(p.chosen))
	for n, i := range p.chosen {
		pg, at := p.corpus.at(int(i))
		start, shown := len(all), &p.shown[n]
		shown.role = p.corpus.rows[i].Role
		all, shown.name, shown.text = pg.Shown(all, at)
		ids[n] = text(all[start:])
	}
	return ids
}

func (p *packer) items(ids []string) []messages.Item {
	items := make([]messages.Item, len(p.chosen))
	for n, i := range p.chosen {
		pg, at := p.corpus.at(int(i))
		items[n] = wireItem(pg, at, ids[n])
	}
	return items
}

// lineText renders lines.
func (p *packer) lineText(lines []line) string {
	dst, size := p.in.Memory[:0], lineBytes(lines)
	if cap(dst) < size {
		dst = make([]byte, 0, size)
	}
	return text(appendLines(dst, lines))
}

func lineBytes(lines []line) int {
	n := 0
	for i := range lines {
		n += len(lines[i].text) + len(lines[i].name) + len("assistant : \n")
	}
	return n
}

func appendLines(dst []byte, lines []line) []byte {
	for i := range lines {
		l := &lines[i]
		dst = AppendLine(dst, l.role, l.name, l.text)
	}
	return dst
}

// text makes a string of bytes that nobody writes to while it is used.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
