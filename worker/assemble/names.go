package assemble

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/context-manager/context-manager/tiers/page"
)

// names are the speakers that a query names.
type names struct {
	called  []called
	terms   []int32     // of those, one after the other
	most    []int32     // by term: how many a name has that has it
	namedBy []int32     // by speaker number: 1 more than the index of the word that names it
	words   []namedWord // that name somebody
	table   wordTable
	lead    int32 // the word that names who the query is about, none if that is open
}

// A called is a speaker whose name has terms of a query in it: where these are in
// names.terms, in order.
type called struct{ speaker, from, to int32 }

// A namedWord is the first word by which a query names somebody. It is possessive if
// the last one is: "Ana Souza's".
type namedWord struct {
	*Term
	possessive bool
}

// resolve finds the speakers that the query names. A speaker is named by any
// word of its name, but not if more words of another's stand there: "Ana Souza"
// is not Ana Lima. Where none is, "I" and "you" name who has the role of asking
// or answering.
func (n *names) resolve(c *corpus, q *Query) {
	n.namedBy = resizeZero(n.namedBy, c.speakers)
	n.words, n.called, n.terms = n.words[:0], n.called[:0], n.terms[:0]
	n.callPage(c.session, 0, q)
	n.callPage(c.user, c.userSpeakers, q)
	n.settleNames(q)
	n.findLead()
	if len(n.words) == 0 && q.About != 0 {
		n.leadByRole(c, q.About)
	}
}

func (n *names) settleNames(q *Query) {
	n.most = resizeZero(n.most, len(q.Terms))
	for _, c := range n.called {
		for _, t := range n.terms[c.from:c.to] {
			n.most[t] = max(n.most[t], c.to-c.from)
		}
	}
	for _, c := range n.called {
		if terms := n.terms[c.from:c.to]; int(n.most[terms[0]]) == len(terms) {
			n.namedBy[c.speaker] = n.note(q, terms) + 1
		}
	}
}

// leadByRole makes the one speaker of the session who has a role the lead, and
// facts of that role that have no name with it. In a talk of several users "I"
// may be any of them, and then nobody is.
func (n *names) leadByRole(c *corpus, role page.Role) {
	who := none
	for i := range c.split {
		if c.rows[i].Role != role || c.speaker[i] == who {
			continue
		}
		if who != none {
			return
		}
		who = c.speaker[i]
	}
	n.lead = 0
	n.namedBy[c.userSpeakers+int(role)] = 1 // who has no name is numbered by the role
	if who != none {
		n.namedBy[who] = 1
	}
}

// findLead finds who a query is about: the only one it names, or the only one
// that is not merely the owner of something: Ana in "What does Ana think of
// Bo's plan?".
func (n *names) findLead() {
	n.lead = none
	for i, t := range n.words {
		if t.possessive && len(n.words) > 1 {
			continue
		}
		if n.lead != none {
			n.lead = none
			return
		}
		n.lead = int32(i)
	}
}

// leads tells whether a speaker is who the query is about.
func (n *names) leads(speaker int32) bool {
	return n.lead != none && n.namedBy[speaker] == n.lead+1
}

// callPage finds the speakers of a page that words of the query stand in the names of.
func (n *names) callPage(p page.Page, first int, q *Query) {
	if p.Speakers() == page.FirstNamed {
		return
	}
	n.table.fill(q)
	initials := initialsOf(n.table.words)
	for s := page.FirstNamed; s < p.Speakers(); s++ {
		name := p.SpeakerName(uint16(s))
		if !initials.any(name) {
			continue
		}
		from := len(n.terms)
		if n.terms = n.table.appendTerms(n.terms, name); len(n.terms) > from {
			n.called = append(n.called, called{int32(first + s), int32(from), int32(len(n.terms))})
		}
	}
}

// initials is the set of bytes that the words of a query begin with, without
// regard to case. A page may have thousands of names: most are passed over by it.
type initials [4]uint64

func initialsOf(words []string) (set initials) {
	set.add(utf8.RuneSelf) // which may be any letter with an accent
	for _, w := range words {
		if w != "" {
			set.add(initial(w[0]))
		}
	}
	return set
}

func (set *initials) add(b byte) { set[b>>6] |= 1 << (b & 63) }

// initial folds case in ASCII, and all other letters to one.
func initial(b byte) byte {
	if b >= utf8.RuneSelf {
		return utf8.RuneSelf
	}
	return b | 0x20
}

// any tells whether a word of a name may begin with one of the set.
func (set *initials) any(name string) bool {
	for i := range len(name) {
		if b := initial(name[i]); set[b>>6]>>(b&63)&1 != 0 && (i == 0 || notInName(rune(name[i-1])) || name[i-1] >= utf8.RuneSelf) {
			return true
		}
	}
	return false
}

// note remembers the word that names a speaker, and returns its index. The same
// name in both pages is one.
func (n *names) note(q *Query, terms []int32) int32 {
	t := &q.Terms[terms[0]]
	for i, known := range n.words {
		if known.Term == t {
			return int32(i)
		}
	}
	n.words = append(n.words, namedWord{t, q.Terms[terms[len(terms)-1]].Possessive})
	return int32(len(n.words) - 1)
}

// isName tells whether a term names somebody, or is another form of a name.
func (n *names) isName(t *Term) bool {
	for _, known := range n.words {
		if known.Term == t || t.Variant && (strings.HasPrefix(t.Word, known.Word) || strings.HasSuffix(t.Word, known.Word)) {
			return true
		}
	}
	return false
}

func notInName(r rune) bool {
	return r != utf8.RuneError && r != '\'' && !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
}
