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
	open          []bool    // passes the filter and has not expired
	words         []float32 // an item's length in weighted words
	speaker       []int32   // numbered over both pages
	group         []int32   // numbered over both pages, 0 none
	speakers      int
	userSpeakers  int // number of the user page's first speaker
	groups        int
	pinned, live  int     // open items that are pinned, and that are immediate
	opened        int     // open items
	tokens        int     // of those, as lines
	shortest      int     // tokens of the open item that needs fewest, as a line
	length        float32 // mean length of an item, in weighted words
}

// at returns the page of item i and its index there.
func (c *corpus) at(i int) (page.Page, int) {
	if i < c.split {
		return c.session, i
	}
	return c.user, i - c.split
}

func (c *corpus) len() int { return len(c.rows) }

func (c *corpus) load(in *Input, par *params) {
	c.session, c.user = in.Session, in.User
	c.split = in.Session.Len()
	n := c.split + in.User.Len()
	c.rows, c.open, c.words = resize(c.rows, n), resize(c.open, n), resize(c.words, n)
	c.speaker, c.group = resize(c.speaker, n), resize(c.group, n)
	c.userSpeakers = in.Session.Speakers() + 1 // one for page.OtherSpeaker
	c.speakers = c.userSpeakers + in.User.Speakers() + 1
	c.groups = in.Session.Groups() + in.User.Groups()

	c.length, c.pinned, c.live = 0, 0, 0
	c.opened, c.tokens, c.shortest = 0, 0, math.MaxInt32
	c.loadPage(in, in.Session, 0, 0, 0, par)
	c.loadPage(in, in.User, c.split, c.userSpeakers, in.Session.Groups(), par)
	if n > 0 {
		c.length = max(1, c.length/float32(n))
	}
}

func (c *corpus) loadPage(in *Input, p page.Page, first, firstSpeaker, firstGroup int, par *params) {
	filter, speakers := in.Request.Filter, int32(p.Speakers())
	p.Rows(c.rows[first : first+p.Len()])
	asked, length := float32(par.lengthWeight), float32(0)
	for i := range p.Len() {
		at := first + i
		row := &c.rows[at]
		if c.open[at] = (row.Expires == 0 || row.Expires > in.Now) && (filter == nil || Matches(p, i, filter)); c.open[at] {
			c.count(row)
		}
		c.speaker[at] = int32(firstSpeaker) + min(int32(row.Speaker), speakers)
		c.group[at] = 0
		if row.Group != 0 {
			c.group[at] = int32(firstGroup) + int32(row.Group)
		}
		c.words[at] = float32(row.WordsD) + asked*float32(row.WordsQ)
		length += c.words[at]
	}
	c.length += length
}

func (c *corpus) count(row *page.Row) {
	if pinned(row) {
		c.pinned++
	}
	if row.Level == page.Immediate {
		c.live++
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
