package assemble

import "github.com/context-manager/context-manager/tiers/page"

// canStandAlone tells whether an item can be the first of the messages.
func (p *packer) canStandAlone(i int) bool {
	return p.corpus.rows[i].Level == page.Immediate && p.canBeLive(i) && p.canOpen(i)
}

// openWithUser moves live turns that may not come first to the earlier ones,
// where they may cost more. What was held before the turns were taken is moved
// first, and gets back the room that it left to them: it had room there before
// others were taken, so it has when those are given back.
func (p *packer) openWithUser(held []int32) {
	opening := p.opening()
	if len(opening) == 0 {
		return
	}
	p.held = resizeZero(p.held, p.corpus.len())
	for _, i := range held {
		p.held[i] = true
	}
	next := 0 // those before are held or were given back
	for _, i := range opening {
		for p.held[i] && !p.move(int(i), earlier) && next < len(opening) {
			if !p.held[opening[next]] {
				p.giveBack(int(opening[next]))
			}
			next++
		}
	}
	for _, i := range opening {
		if p.fates[i] == taken && p.where[i] == live && !p.move(int(i), earlier) {
			p.giveBack(int(i))
		}
	}
	p.forgetGiven()
}

// opening gives the live turns before the first that may be the first.
func (p *packer) opening() []int32 {
	p.first = p.first[:0]
	for i := range p.corpus.split {
		if p.fates[i] != taken || p.where[i] != live {
			continue
		}
		if p.canOpen(i) {
			break
		}
		p.first = append(p.first, int32(i))
	}
	return p.first
}

// giveBack gives a taken item and its group back. What was given has to be
// forgotten after.
func (p *packer) giveBack(i int) {
	if p.fates[i] != taken {
		return
	}
	p.unmark(i)
	m := p.corpus.mate[i]
	for ; m != none && m != int32(i); m = p.corpus.mate[m] {
		p.unmark(int(m))
	}
}

func (p *packer) unmark(i int) {
	if p.fates[i] == taken {
		p.spent.remove(p.where[i], p.of(i, p.where[i]))
		p.fates[i] = waiting
	}
}

// forgetGiven takes what was given back off what was taken. What repeats it repeats
// nothing now.
func (p *packer) forgetGiven() {
	kept := p.chosen[:0]
	p.chosenSaying = p.chosenSaying[:0]
	for _, i := range p.chosen {
		if p.fates[i] == taken {
			kept = append(kept, i)
			p.chosenSaying = append(p.chosenSaying, p.corpus.rows[i].Saying)
		}
	}
	p.chosen, p.known = kept, 0
	for i, fate := range p.fates {
		if fate == repeated && p.fates[p.other[i]] != taken {
			p.fates[i] = waiting
		}
	}
}
