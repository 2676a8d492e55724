package assemble

import "github.com/context-manager/context-manager/tiers/page"

const none = int32(-1)

// links say who an item's neighbours are in the talk it is part of: the turns
// before and after it by another speaker, and by the same one. They do not
// reach over the end of a sitting, which is a silence of half an hour, the
// usual measure of where a visit ends. Facts of a user stand alone.
type links struct {
	around        []link // by item, and of nobody
	nobody        int32
	mate          []int32 // next item of the same group, in a ring
	lastBySpeaker []int32
	lastOfGroup   []int32
}

// A link names the neighbours of one item. Where there is none it names nobody,
// an index past the last item's: what is given to nobody is in nobody's score,
// and giving it is quicker than asking.
type link struct{ prevOther, nextOther, prevSame, nextSame int32 }

func (l *links) build(c *corpus, par *params) {
	n := c.len()
	l.nobody = int32(n)
	alone := link{l.nobody, l.nobody, l.nobody, l.nobody}
	l.around = resize(l.around, n+1)
	l.around[n] = alone
	l.lastBySpeaker = resize(l.lastBySpeaker, c.speakers)
	for i := range l.lastBySpeaker {
		l.lastBySpeaker[i] = none
	}
	sitting, run := 0, 0 // where the sitting and the speaker's run of turns began
	for i := range n {
		l.around[i] = alone
		switch {
		case i == 0 || !c.together(i-1, i, par):
			sitting, run = i, i
		case c.speaker[i] != c.speaker[i-1]:
			for j := run; j < i; j++ {
				l.around[j].nextOther = int32(i)
			}
			l.around[i].prevOther = int32(i - 1)
			run = i
		default:
			l.around[i].prevOther = l.around[i-1].prevOther
		}
		l.linkSame(c.speaker[i], int32(i), int32(sitting))
	}
	l.linkGroups(c)
}

// linkSame links item i to the speaker's last one in the sitting.
func (l *links) linkSame(who, i, sitting int32) {
	if last := l.lastBySpeaker[who]; last >= sitting {
		l.around[i].prevSame = last
		l.around[last].nextSame = i
	}
	l.lastBySpeaker[who] = i
}

// linkGroups makes a ring of the items of each group.
func (l *links) linkGroups(c *corpus) {
	l.mate = resize(l.mate, c.len())
	if c.groups == 0 {
		for i := range l.mate {
			l.mate[i] = none
		}
		return
	}
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
