package assemble

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/context-manager/context-manager/tiers/page"
)

// names are the speakers that a query names.
type names struct {
	namedBy []int32 // by speaker number: 1 more than the index of the word that names it
	words   []*Term // that name somebody
	table   wordTable
	lead    int32 // the word that names who the query is about, none if that is open
}

// resolve finds the speakers that the query names. A speaker is named by any
// word of its name. Where none is, "I" and "you" name who has the role of asking
// or answering.
func (n *names) resolve(c *corpus, q *Query) {
	n.namedBy = resizeZero(n.namedBy, c.speakers)
	n.words = n.words[:0]
	n.resolvePage(c.session, 0, q)
	n.resolvePage(c.user, c.userSpeakers, q)
	n.findLead()
	if len(n.words) == 0 && q.About != 0 {
		n.leadByRole(c, q.About)
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
		if t.Possessive && len(n.words) > 1 {
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

func (n *names) resolvePage(p page.Page, first int, q *Query) {
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
		if t := n.table.firstIn(name); t >= 0 {
			n.namedBy[first+s] = n.note(&q.Terms[t]) + 1
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

// note remembers a word that names somebody, and returns its index. The same
// name in both pages is one.
func (n *names) note(t *Term) int32 {
	for i, known := range n.words {
		if known == t {
			return int32(i)
		}
	}
	n.words = append(n.words, t)
	return int32(len(n.words) - 1)
}

// isName tells whether a term names somebody, or is another form of a name.
func (n *names) isName(t *Term) bool {
	for _, known := range n.words {
		if known == t || t.Variant && (strings.HasPrefix(t.Word, known.Word) || strings.HasSuffix(t.Word, known.Word)) {
			return true
		}
	}
	return false
}

func notInName(r rune) bool {
	return r != utf8.RuneError && r != '\'' && !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
}
