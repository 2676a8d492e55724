package assemble

import "github.com/context-manager/context-manager/tiers/page"

const none = int32(-1)

// links say who an item's neighbours are in the talk it is part of: the turns
// before and after it by another speaker, and by the same one, and how near in
// time each is. They do not reach over the end of a sitting, which is a silence
// of half an hour, the usual measure of where a visit ends. Facts of a user
// stand alone.
type links struct {
	around        []link // by item, and of nobody
	nobody        int32
	lastBySpeaker []int32
}

// A link names the neighbours of one item, and how near each is: 1 at the same
// time, half as near after params.halfNear. Where there is none it names nobody,
// an index past the last item's: what is given to nobody is in nobody's score,
// and giving it is quicker than asking.
type link struct {
	prevOther, nextOther, prevSame, nextSame                 int32
	nearPrevOther, nearNextOther, nearPrevSame, nearNextSame float32
}

// build finds the neighbours of every item in one walk over them.
func (l *links) build(c *corpus, curves *curves, par *params) {
	alone := l.begin(c)
	sitting, run := 0, 0 // where the sitting and the speaker's run of turns began
	for i := range c.len() {
		at := &l.around[i] // filled where it lies: a copy would wait for its parts
		*at = alone
		switch {
		case i == 0 || !c.together(i-1, i, par):
			sitting, run = i, i
		case c.speaker[i] != c.speaker[i-1]:
			at.prevOther, at.nearPrevOther = int32(i-1), l.follow(c, curves, run, i)
			run = i
		default:
			at.prevOther = l.around[i-1].prevOther
			if at.prevOther != l.nobody {
				at.nearPrevOther = curves.nearness(c.between(int(at.prevOther), i))
			}
		}
		who := c.speaker[i]
		if last := l.lastBySpeaker[who]; int(last) >= sitting {
			near := curves.nearness(c.between(int(last), i))
			at.prevSame, at.nearPrevSame = last, near
			l.around[last].nextSame, l.around[last].nearNextSame = int32(i), near
		}
		l.lastBySpeaker[who] = int32(i)
	}
}

// begin makes room for the links of all items, and returns one of nobody.
func (l *links) begin(c *corpus) (alone link) {
	l.nobody = int32(c.len())
	alone = link{prevOther: l.nobody, nextOther: l.nobody, prevSame: l.nobody, nextSame: l.nobody}
	l.around = resize(l.around, c.len()+1)
	l.around[l.nobody] = alone
	l.lastBySpeaker = resize(l.lastBySpeaker, c.speakers)
	for i := range l.lastBySpeaker {
		l.lastBySpeaker[i] = none
	}
	return alone
}

// follow links a run of one speaker's turns to the turn of another that follows
// it, and tells how near the last of them is.
func (l *links) follow(c *corpus, curves *curves, run, i int) (near float32) {
	for j := run; j < i; j++ {
		near = curves.nearness(c.between(j, i))
		l.around[j].nextOther, l.around[j].nearNextOther = int32(i), near
	}
	return near
}

// together tells whether item j, which follows i, is in the same sitting.
func (c *corpus) together(i, j int, par *params) bool {
	a, b := &c.rows[i], &c.rows[j]
	return j != c.split && a.Level != page.LongTerm && b.Level != page.LongTerm && b.Time-a.Time <= par.sittingGap
}

// between is the time from item i to item j, which follows it, in ms.
func (c *corpus) between(i, j int) int64 { return c.rows[j].Time - c.rows[i].Time }
