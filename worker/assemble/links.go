package assemble

import "github.com/context-manager/context-manager/tiers/page"

const none = int32(-1)

// links say who an item's neighbours are in the talk it is part of: the turns
// before and after it by another speaker, and by the same one. They do not
// reach over the end of a sitting, which is a silence of half an hour, the
// usual measure of where a visit ends. Facts of a user stand alone.
type links struct {
	prevOther, nextOther []int32
	prevSame, nextSame   []int32
	mate                 []int32 // next item of the same group, in a ring
	lastBySpeaker        []int32
	lastOfGroup          []int32
}

func (l *links) build(c *corpus, par *params) {
	n := c.len()
	l.prevOther, l.nextOther = resize(l.prevOther, n), resize(l.nextOther, n)
	l.prevSame, l.nextSame = resize(l.prevSame, n), resize(l.nextSame, n)
	l.lastBySpeaker = resize(l.lastBySpeaker, c.speakers)
	for i := range l.lastBySpeaker {
		l.lastBySpeaker[i] = none
	}
	start := 0
	for i := range n {
		l.prevOther[i], l.nextOther[i], l.prevSame[i], l.nextSame[i] = none, none, none, none
		if i > 0 && !c.together(i-1, i, par) {
			start = i
		}
		l.linkBack(c, i, int32(start))
	}
	l.linkForth(c, par)
	l.linkGroups(c)
}

// linkBack links item i to those before it in its sitting.
func (l *links) linkBack(c *corpus, i int, start int32) {
	who := c.speaker[i]
	if last := l.lastBySpeaker[who]; last >= start {
		l.prevSame[i] = last
		l.nextSame[last] = int32(i)
	}
	l.lastBySpeaker[who] = int32(i)
	if int32(i) == start {
		return
	}
	if c.speaker[i-1] != who {
		l.prevOther[i] = int32(i - 1)
	} else {
		l.prevOther[i] = l.prevOther[i-1]
	}
}

// linkForth links every item to the next one of another speaker in its sitting.
func (l *links) linkForth(c *corpus, par *params) {
	for i := c.len() - 2; i >= 0; i-- {
		switch {
		case !c.together(i, i+1, par):
		case c.speaker[i+1] != c.speaker[i]:
			l.nextOther[i] = int32(i + 1)
		default:
			l.nextOther[i] = l.nextOther[i+1]
		}
	}
}

// linkGroups makes a ring of the items of each group.
func (l *links) linkGroups(c *corpus) {
	l.mate = resize(l.mate, c.len())
	l.lastOfGroup = resize(l.lastOfGroup, c.groups+1)
	for g := range l.lastOfGroup {
		l.lastOfGroup[g] = none
	}
	for i := range l.mate {
		g := c.group[i]
		last := l.lastOfGroup[g]
		switch {
		case g == 0:
			l.mate[i] = none
			continue
		case last == none:
			l.mate[i] = int32(i)
		default:
			l.mate[i], l.mate[last] = l.mate[last], int32(i)
		}
		l.lastOfGroup[g] = int32(i)
	}
}

// together tells whether item j, which follows i, is in the same sitting.
func (c *corpus) together(i, j int, par *params) bool {
	a, b := &c.rows[i], &c.rows[j]
	return j != c.split && a.Level != page.LongTerm && b.Level != page.LongTerm && b.Time-a.Time <= par.sittingGap
}
