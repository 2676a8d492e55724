package assemble

import (
	"math"

	"github.com/context-manager/context-manager/tiers/page"
)

// takePinned takes the pinned items, the better ones first.
func (p *packer) takePinned() {
	p.fillQueue(func(i int) bool { return pinned(&p.corpus.rows[i]) })
	for len(p.queue) > 0 {
		p.offer(p.pop())
	}
}

// takeLive takes the newest turns, one after the other, until their part is
// used. The newest comes even if it alone is more than that part.
func (p *packer) takeLive() {
	for i := p.corpus.split - 1; i >= 0; i-- {
		if !p.corpus.open[i] || p.corpus.rows[i].Level != page.Immediate || !p.canBeLive(p.corpus, i) {
			continue
		}
		if p.fates[i] == taken {
			if !p.move(i, live) {
				break
			}
			continue
		}
		if p.hopeless(i, live) || p.repeats(i, live) {
			continue
		}
		if !p.liveRoom(i) || !p.try(i, live, livePool) {
			break
		}
	}
	p.openWithUser()
}

// liveRoom tells whether item i is within the part of the live turns.
func (p *packer) liveRoom(i int) bool {
	tokens, items := p.lines(i)
	used := &p.used[livePool]
	if float64(used.items+items) > math.Round(p.counts[livePool]) {
		return false
	}
	return used.items == 0 || float64(used.tokens+tokens) <= p.parts[livePool]
}

// openWithUser moves live turns that may not come first to the earlier ones.
func (p *packer) openWithUser() {
	for i := range p.corpus.split {
		if p.fates[i] != taken || p.where[i] != live {
			continue
		}
		if p.canOpen(p.corpus, i) {
			return
		}
		if !p.move(i, earlier) {
			p.drop(i)
		}
	}
}

// takeShares takes the best relevant items within the parts of their pools.
func (p *packer) takeShares() {
	p.parts[turnsPool] += max(0, p.parts[livePool]-float64(p.used[livePool].tokens))
	p.counts[turnsPool] += max(0, p.counts[livePool]-float64(p.used[livePool].items))
	p.fillQueue(func(i int) bool { return p.fates[i] != taken && (p.rank.byTime || p.rank.relevant(i)) })
	p.drain(p.inPart)
}

// takeRest takes whatever still fits, the best first.
func (p *packer) takeRest() {
	p.fillQueue(func(i int) bool { return p.fates[i] != taken && p.fates[i] != repeated && p.fates[i] != tooLarge })
	p.drain(func(int) bool { return true })
}

const maxMisses = 8 // items in a row that do not fit before the queue is weeded

// drain offers the items of the queue that are within bounds, the best first.
func (p *packer) drain(within func(i int) bool) {
	misses := maxMisses
	for len(p.queue) > 0 {
		if misses == maxMisses {
			p.weed(within)
			misses = 0
			continue
		}
		i := p.pop()
		if within(i) && p.offer(i) {
			misses = 0
		} else {
			misses++
		}
	}
}

// inPart tells whether item i is within what its pool may use.
func (p *packer) inPart(i int) bool {
	into := poolOf(p.corpus.rows[i].Level)
	tokens, items := p.lines(i)
	used := &p.used[into]
	return float64(used.items+items) <= math.Round(p.counts[into]) && float64(used.tokens+tokens) <= p.parts[into]
}

// offer takes item i if it fits and says something new.
func (p *packer) offer(i int) bool {
	if p.fates[i] == taken {
		return true
	}
	if p.hopeless(i, p.home(i)) || p.repeats(i, p.home(i)) {
		return false
	}
	return p.try(i, p.home(i), poolOf(p.corpus.rows[i].Level))
}
