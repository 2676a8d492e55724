package assemble

// eachMate calls f for the others of an item's group that can come with it.
func (p *packer) eachMate(i int, f func(m int)) {
	m := p.corpus.mate[i]
	if m == none {
		return
	}
	for ; m != int32(i); m = p.corpus.mate[m] {
		if p.corpus.open[m] && p.fates[m] != taken {
			f(int(m))
		}
	}
}

// lines is what an item that is not taken costs as a line, with its group.
func (p *packer) lines(i int) (tokens, items int) {
	if g := p.corpus.group[i]; g != 0 {
		all := &p.corpus.inGroup[g]
		return int(all.tokens), int(all.items)
	}
	return int(p.corpus.rows[i].LineTokens), 1
}

// addWhole adds what an item that is not taken costs in a section, and what its
// group costs where it is at home, which is one section for all of it.
func (p *packer) addWhole(s *sum, i int, where section) {
	s.add(where, p.of(i, where))
	tokens, items := p.lines(i)
	home := p.home(i)
	s.items[home] += items - 1
	s.tokens[home] += tokens - int(p.corpus.rows[i].LineTokens)
}

// hopeless tells whether an item could not come even if nothing else did.
func (p *packer) hopeless(i int, where section) bool {
	var s sum
	p.addWhole(&s, i, where)
	cost := p.total(&s)
	if cost <= p.budget {
		return false
	}
	p.refuse(i, tooLarge, cost, p.budget)
	return true
}
