package assemble

// spread gives the uses of the term at hand to the items that hold it, to
// their neighbours, to who may answer them and to their groups.
func (r *ranking) spread(c *corpus, par *params) {
	part := lendingOf(par)
	for k := range r.holds {
		h := &r.holds[k]
		lend(r.borrow, r.touched, r.around, h, &part)
		if h.asked > 0 {
			r.ask(c, h.item, r.around[h.item].nextOther, h.asked, par)
		}
		if c.mate[h.item] != none {
			r.pool(c.group[h.item], h.item, part.groupMate*(h.said+h.asked))
		}
	}
	r.sharePools(c)
}

// A lending is what neighbours take over, as params say.
type lending struct {
	ownAsked, other, same, further, groupMate float32
}

func lendingOf(par *params) lending {
	return lending{
		ownAsked: float32(par.ownAsked), other: float32(par.other), same: float32(par.same),
		further: float32(par.further), groupMate: float32(par.groupMate),
	}
}

// lend gives an item's uses of a term to itself and to its neighbours: to the
// turns of another right before and after it, and to two of the same speaker's
// on either side. A method would read its slices anew after each write.
func lend(borrow []float32, touched []byte, around []link, h *holding, part *lending) {
	touched, around = touched[:len(borrow)], around[:len(borrow)]
	all := h.said + h.asked
	at := &around[h.item]
	add(borrow, touched, h.item, h.said+part.ownAsked*h.asked)
	add(borrow, touched, at.nextOther, part.other*at.nearNextOther*all)
	add(borrow, touched, at.prevOther, part.other*at.nearPrevOther*all)
	ahead, behind := part.same*at.nearNextSame*all, part.same*at.nearPrevSame*all
	add(borrow, touched, at.nextSame, ahead)
	add(borrow, touched, at.prevSame, behind)
	next, previous := &around[at.nextSame], &around[at.prevSame]
	add(borrow, touched, next.nextSame, part.further*next.nearNextSame*ahead)
	add(borrow, touched, previous.prevSame, part.further*previous.nearPrevSame*behind)
}

// add gives item i a use. A byte is set without being read: a bit of a word, which
// the next item's would wait for, costs 6 % more of assembling 600 items.
func add(borrow []float32, touched []byte, i int32, x float32) {
	borrow[i] += x
	touched[i] = 1
}

// pool lends an item's uses to its group: to all of it at once, and not to itself.
func (r *ranking) pool(group, item int32, x float32) {
	if r.pooled[group] == 0 {
		r.poolers = append(r.poolers, item)
	}
	r.pooled[group] += x
	r.borrow[item] -= x
}

// sharePools gives each group what its items lend, item by item once, however
// many of them hold the term.
func (r *ranking) sharePools(c *corpus) {
	for _, first := range r.poolers {
		x := &r.pooled[c.group[first]]
		r.add(first, *x)
		for j := c.mate[first]; j != first; j = c.mate[j] {
			r.add(j, *x)
		}
		*x = 0
	}
	r.poolers = r.poolers[:0]
}

// ask gives what item i asks, with more weight than what is stated, to those
// that may answer: all who speak from j on, until the asker does again, each
// less than the one before. In a talk of two that is one turn; in an agent's
// log the tool call, its result and what the agent makes of it.
func (r *ranking) ask(c *corpus, i, j int32, asked float32, par *params) {
	worth := float32(par.askedBefore) * asked
	for range par.askedReach {
		r.add(j, worth)
		worth *= float32(par.askedDecay)
		if j++; int(j) >= c.len() || c.speaker[j] == c.speaker[i] || !c.together(int(j-1), int(j), par) {
			return
		}
	}
}

func (r *ranking) add(i int32, x float32) { add(r.borrow, r.touched, i, x) }
