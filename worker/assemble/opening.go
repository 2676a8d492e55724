package assemble

import (
	"slices"

	"github.com/context-manager/context-manager/tiers/page"
)

// canStandAlone tells whether an item can be the first of the messages.
func (p *packer) canStandAlone(i int) bool {
	return p.corpus.rows[i].Level == page.Immediate && p.canBeLive(p.corpus, i) && p.canOpen(p.corpus, i)
}

// openWithUser moves live turns that may not come first to the earlier ones,
// where they may cost more. What was held before the turns were taken is moved
// first, and gets back the room that it left to them.
func (p *packer) openWithUser(held []int32) {
	opening := p.opening()
	for _, i := range opening {
		if slices.Contains(held, i) {
			p.moveBack(int(i), opening, held)
		}
	}
	for _, i := range opening {
		if p.fates[i] == taken && p.where[i] == live && !p.move(int(i), earlier) {
			p.drop(int(i))
		}
	}
}

// moveBack moves a held turn to the earlier ones. It had room there before
// others that are not held were taken, so it has when they are given back.
func (p *packer) moveBack(i int, opening, held []int32) {
	for n := 0; !p.move(i, earlier) && n < len(opening); n++ {
		if !slices.Contains(held, opening[n]) {
			p.drop(int(opening[n]))
		}
	}
}

// opening gives the live turns before the first that may be the first.
func (p *packer) opening() []int32 {
	p.first = p.first[:0]
	for i := range p.corpus.split {
		if p.fates[i] != taken || p.where[i] != live {
			continue
		}
		if p.canOpen(p.corpus, i) {
			break
		}
		p.first = append(p.first, int32(i))
	}
	return p.first
}
