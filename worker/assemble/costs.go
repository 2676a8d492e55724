package assemble

import (
	"github.com/context-manager/context-manager/messages"
)

// A section is a part of a rendered context, in the order in which they come.
type section uint8

const (
	facts    section = iota // long-term, newest first
	earlier                 // short-term and older turns, in order of time
	live                    // the newest turns, in order of time
	sections = 3
)

// A sum is what a set of items costs: items and tokens by section.
type sum struct {
	items  [sections]int
	tokens [sections]int
}

func (s *sum) add(where section, tokens int) {
	s.items[where]++
	s.tokens[where] += tokens
}

func (s *sum) remove(where section, tokens int) {
	s.items[where]--
	s.tokens[where] -= tokens
}

func (s *sum) count() int { return s.items[facts] + s.items[earlier] + s.items[live] }

// costs knows what an item costs in each section of a format.
type costs struct {
	format  messages.Format
	chat    bool
	framing *Framing
	names   []int32 // tokens of speakers' names, by speaker number; -1 is not known yet
}

func (k *costs) begin(in *Input, c *corpus) {
	k.format = in.Request.Format
	k.chat = k.format == messages.FormatOpenAI || k.format == messages.FormatAnthropic
	k.framing = &in.Framing
	k.names = resize(k.names, c.speakers)
	for i := range k.names {
		k.names[i] = -1
	}
}

// total is the cost of everything rendered.
func (k *costs) total(s *sum) int {
	all := s.tokens[facts] + s.tokens[earlier] + s.tokens[live]
	if !k.chat || s.count() == 0 {
		return all
	}
	all += k.framing.Priming
	if s.items[facts] > 0 {
		all += k.framing.Facts.Tokens
	}
	if s.items[earlier] > 0 {
		all += k.framing.Earlier.Tokens
	}
	if s.items[facts]+s.items[earlier] > 0 {
		all += k.framing.Message
	}
	return all
}

// of is what item i costs in a section.
func (k *costs) of(c *corpus, i int, where section) int {
	if !k.chat || where != live {
		return int(c.rows[i].LineTokens)
	}
	cost := k.framing.Message + k.content(c, i)
	if k.named(c, i) {
		cost += k.framing.Name + k.nameTokens(c, i)
	}
	return cost
}

// content is what the text of a live message costs.
func (k *costs) content(c *corpus, i int) int {
	if k.asLine(c, i) {
		return int(c.rows[i].LineTokens)
	}
	return int(c.rows[i].TextTokens)
}

func (k *costs) nameTokens(c *corpus, i int) int {
	who := c.speaker[i]
	if k.names[who] < 0 || c.unnumbered(who) {
		p, at := c.at(i)
		k.names[who] = int32(k.framing.Count(p.Name(at)))
	}
	return int(k.names[who])
}
