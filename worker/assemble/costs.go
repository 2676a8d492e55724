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

// costs knows what an item of a corpus costs in each section of a format.
type costs struct {
	format  messages.Format
	chat    bool
	framing *Framing
	corpus  *corpus
	names   []int32 // tokens of speakers' names, by speaker number; -1 is not known yet
}

func (k *costs) begin(in *Input, c *corpus) {
	k.format = in.Request.Format
	k.chat = k.format == messages.FormatOpenAI || k.format == messages.FormatAnthropic
	k.framing, k.corpus = &in.Framing, c
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
func (k *costs) of(i int, where section) int {
	if !k.chat || where != live {
		return int(k.corpus.rows[i].LineTokens)
	}
	cost := k.framing.Message + k.content(i)
	if k.named(i) {
		cost += k.framing.Name + k.nameTokens(i)
	}
	return cost
}

// content is what the text of a live message costs.
func (k *costs) content(i int) int {
	if k.asLine(i) {
		return int(k.corpus.rows[i].LineTokens)
	}
	return int(k.corpus.rows[i].TextTokens)
}

func (k *costs) nameTokens(i int) int {
	who := k.corpus.speaker[i]
	if k.names[who] < 0 || k.corpus.unnumbered(who) {
		p, at := k.corpus.at(i)
		k.names[who] = int32(k.framing.Count(p.Name(at)))
	}
	return int(k.names[who])
}
