package assemble

import (
	"math"

	"github.com/context-manager/context-manager/tiers/page"
)

// A corpus is the items of both pages in one row of indexes: those of the
// session first, then the user's, each in order of time. It holds what ranking
// reads of every item. Its memory is reused.
type corpus struct {
	session, user page.Page
	split         int // index of the user's first item
	rows          []page.Row
	open          []bool    // passes the filter, with its group, and has not expired
	words         []float32 // an item's length in weighted words
	speaker       []int32   // numbered over both pages
	group         []int32   // numbered over both pages, 0 none
	speakers      int
	userSpeakers  int // number of the user page's first speaker
	groups
	pinned      int     // open items that are pinned
	live, facts int     // open items that are immediate, and that are long-term
	opened      int     // open items
	tokens      int     // of those, as lines
	shortest    int     // tokens of the open item that needs fewest, as a line
	length      float32 // mean length of an item, in weighted words
}

// at returns the page of item i and its index there.
func (c *corpus) at(i int) (page.Page, int) {
	if i < c.split {
		return c.session, i
	}
	return c.user, i - c.split
}

func (c *corpus) len() int { return len(c.rows) }

// unnumbered tells whether a speaker's number stands for all who have none in
// a page: their names differ.
func (c *corpus) unnumbered(speaker int32) bool {
	return int(speaker) == c.userSpeakers-1 || int(speaker) == c.speakers-1
}

func (c *corpus) load(in *Input, par *params) {
	c.session, c.user = in.Session, in.User
	c.split = in.Session.Len()
	n := c.split + in.User.Len()
	c.rows, c.open, c.words = resize(c.rows, n), resize(c.open, n), resize(c.words, n)
	c.speaker, c.group = resize(c.speaker, n), resize(c.group, n)
	c.userSpeakers = in.Session.Speakers() + 1 // one for page.OtherSpeaker
	c.speakers = c.userSpeakers + in.User.Speakers() + 1
	c.groups.begin(in.Session.Groups() + in.User.Groups())

	c.length = 0
	c.countNone()
	c.loadPage(in, loading{page: in.Session}, par)
	c.loadPage(in, loading{
		page: in.User, first: c.split, firstSpeaker: int32(c.userSpeakers), firstGroup: int32(in.Session.Groups()),
	}, par)
	if c.broken {
		c.dropBroken()
	}
	c.groups.link(c.group)
	if n > 0 {
		c.length = max(1, c.length/float32(n))
	}
}

// chunk is how many rows are read at once: what was just read is still in the
// processor's nearest cache when it is looked at.
const chunk = 128

// A loading is a page that is being read into a corpus.
type loading struct {
	page                     page.Page
	first                    int   // index of its first item in the corpus
	firstSpeaker, firstGroup int32 // added to the page's own numbers

	in           *Input
	otherSpeaker int32   // number in the page of speakers that have none
	asked        float32 // weight of a word in a question
}

func (c *corpus) loadPage(in *Input, l loading, par *params) {
	l.in, l.otherSpeaker, l.asked = in, int32(l.page.Speakers()), float32(par.lengthWeight)
	for from := 0; from < l.page.Len(); from += chunk {
		c.loadRows(&l, from, min(from+chunk, l.page.Len()))
	}
}

func (c *corpus) loadRows(l *loading, from, to int) {
	rows := c.rows[l.first+from : l.first+to]
	l.page.Rows(rows, from)
	filter, now := l.in.Request.Filter, l.in.Now
	open, words := c.open[l.first+from:][:len(rows)], c.words[l.first+from:][:len(rows)]
	speaker, group := c.speaker[l.first+from:][:len(rows)], c.group[l.first+from:][:len(rows)]
	length := c.length
	for i := range rows {
		row := &rows[i]
		there := row.Expires == 0 || row.Expires > now
		open[i] = there && (filter == nil || Matches(l.page, from+i, filter))
		if open[i] {
			c.count(row)
		}
		speaker[i] = l.firstSpeaker + min(int32(row.Speaker), l.otherSpeaker)
		group[i] = 0
		if row.Group != 0 {
			group[i] = l.firstGroup + int32(row.Group)
			if open[i] {
				c.inGroup[group[i]].add(row)
			} else if there {
				c.breakGroup(group[i])
			}
		}
		words[i] = float32(row.WordsD) + l.asked*float32(row.WordsQ)
		length += words[i]
	}
	c.length = length
}

// dropBroken leaves out what a filter has left of groups that it takes items out
// of: they come together or not at all.
func (c *corpus) dropBroken() {
	c.countNone()
	for i := range c.rows {
		c.open[i] = c.open[i] && !c.inGroup[c.group[i]].broken
		if c.open[i] {
			c.count(&c.rows[i])
		}
	}
}

func (c *corpus) countNone() {
	c.pinned, c.live, c.facts = 0, 0, 0
	c.opened, c.tokens, c.shortest = 0, 0, math.MaxInt32
}

func (c *corpus) count(row *page.Row) {
	if pinned(row) {
		c.pinned++
	}
	switch row.Level {
	case page.Immediate:
		c.live++
	case page.LongTerm:
		c.facts++
	}
	c.opened++
	c.tokens += int(row.LineTokens)
	c.shortest = min(c.shortest, int(row.LineTokens))
}

// resize returns a slice of n elements that reuses s. Elements may hold old values.
func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}

// resizeZero is resize with every element zero.
func resizeZero[T any](s []T, n int) []T {
	s = resize(s, n)
	clear(s)
	return s
}
