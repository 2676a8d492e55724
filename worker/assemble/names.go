package assemble

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/context-manager/context-manager/tiers/page"
)

// names are the speakers that a query names.
type names struct {
	isNamed []bool // by speaker number
	found   int    // distinct speakers named
	words   []string
}

// resolve finds the speakers that the query names. A speaker is named by any
// word of its name.
func (n *names) resolve(c *corpus, q *Query) {
	n.isNamed = resizeZero(n.isNamed, c.speakers)
	n.found, n.words = 0, n.words[:0]
	n.resolvePage(c.session, 0, q)
	n.resolvePage(c.user, c.userSpeakers, q)
}

func (n *names) resolvePage(p page.Page, first int, q *Query) {
	initials := initialsOf(q)
	for s := page.FirstNamed; s < p.Speakers(); s++ {
		name := p.SpeakerName(uint16(s))
		if !initials.any(name) {
			continue
		}
		for t := range q.Terms {
			if word := q.Terms[t].Word; holdsWord(name, word) {
				n.isNamed[first+s] = true
				n.note(word)
				break
			}
		}
	}
}

// initials is the set of bytes that the words of a query begin with, without
// regard to case. A page may have thousands of names: most are passed over by it.
type initials [4]uint64

func initialsOf(q *Query) (set initials) {
	for t := range q.Terms {
		if w := q.Terms[t].Word; w != "" {
			b := initial(w[0])
			set[b>>6] |= 1 << (b & 63)
		}
	}
	return set
}

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

// note counts a word that names somebody. The same name in both pages is one.
func (n *names) note(word string) {
	for _, w := range n.words {
		if w == word {
			return
		}
	}
	n.words = append(n.words, word)
	n.found++
}

func (n *names) isName(t *Term) bool {
	for _, w := range n.words {
		if w == t.Word {
			return true
		}
	}
	return false
}

// holdsWord tells whether a lower-case word is one of the words of a name.
func holdsWord(name, word string) bool {
	if len(word) < 2 {
		return false
	}
	for len(name) >= len(word) {
		name = strings.TrimLeftFunc(name, notInName)
		end := strings.IndexFunc(name, notInName)
		if end < 0 {
			end = len(name)
		}
		if strings.EqualFold(name[:end], word) {
			return true
		}
		name = name[end:]
	}
	return false
}

func notInName(r rune) bool {
	return r != utf8.RuneError && r != '\'' && !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
}
