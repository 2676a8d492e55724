package assemble

import "github.com/context-manager/context-manager/tiers/page"

// takePinned takes the pinned items, the better ones first. A turn that has no
// room under a heading, as a line, may have it as a message.
func (p *packer) takePinned() {
	if p.corpus.pinned == 0 {
		return
	}
	p.fillQueue(func(i int) bool { return pinned(&p.corpus.rows[i]) })
	for len(p.queue) > 0 {
		i := p.pop()
		if p.offer(i) || p.fates[i] == repeated || !p.canStandAlone(i) {
			continue
		}
		if !p.hopeless(i, live) {
			p.try(i, live, livePool)
		}
	}
}

// takeLive takes the newest turns, one after the other, until their part is
// used. The newest comes even if it alone is more than that part.
func (p *packer) takeLive() {
	if p.corpus.live == 0 {
		return
	}
	held := p.chosen[:len(p.chosen):len(p.chosen)]
	for i := p.corpus.split - 1; i >= 0; i-- {
		if !p.corpus.open[i] || p.corpus.rows[i].Level != page.Immediate || !p.canBeLive(i) {
			continue
		}
		if p.fates[i] == taken {
			if !p.move(i, live) {
				break
			}
			continue
		}
		if p.hopeless(i, live) || p.repeats(i) {
			continue
		}
		if !p.liveRoom(i) || !p.try(i, live, livePool) {
			break
		}
	}
	p.openWithUser(held)
}

// liveRoom tells whether item i is within the part of the live turns.
func (p *packer) liveRoom(i int) bool {
	tokens, items := p.lines(i)
	tokens += p.of(i, live) - int(p.corpus.rows[i].LineTokens)
	used := &p.used[livePool]
	if used.items+items > p.liveItems {
		return false
	}
	return used.items == 0 || float64(used.tokens+tokens) <= p.parts[livePool]
}

// takeShares takes the best relevant items within the parts of their pools.
func (p *packer) takeShares() {
	p.parts[turnsPool] += max(0, p.parts[livePool]-float64(p.used[livePool].tokens))
	p.fillQueue(func(i int) bool { return p.fates[i] != taken && (p.rank.byTime || p.rank.relevant(i)) })
	p.drain(p.inPart)
}

// takeRest takes whatever still fits, the best first. Where nothing can, it
// goes over the items for the sake of explanations alone.
func (p *packer) takeRest() {
	left := p.budget - p.total(&p.spent)
	if left < p.corpus.shortest && !p.in.Request.Explain {
		return
	}
	p.fillQueue(func(i int) bool {
		switch p.fates[i] {
		case taken, repeated, tooLarge:
			return false
		}
		if int(p.corpus.rows[i].LineTokens) <= left {
			return true
		}
		need, _ := p.lines(i)
		p.refuse(i, noRoom, need, left)
		return false
	})
	p.drain(func(int) bool { return true })
}

const (
	maxMisses = 8  // items in a row that do not fit before the queue is weeded
	weedShare = 16 // of the queue, which are more misses: weeding goes over all of it
)

// drain offers the items of the queue that are within bounds, the best first.
func (p *packer) drain(within func(i int) bool) {
	misses, most := 0, maxMisses
	for len(p.queue) > 0 && !p.in.stopped() {
		if misses == most {
			p.weed(within)
			misses, most = 0, max(maxMisses, len(p.queue)/weedShare)
			continue
		}
		i := p.pop()
		switch {
		case within(i) && p.offer(i):
			misses = 0
		case p.fates[i] != repeated:
			misses++
		}
	}
}

// inPart tells whether item i is within what its pool may use.
func (p *packer) inPart(i int) bool {
	into := poolOf(p.corpus.rows[i].Level)
	tokens, _ := p.lines(i)
	return float64(p.used[into].tokens+tokens) <= p.parts[into]
}

// offer takes item i if it fits and says something new.
func (p *packer) offer(i int) bool {
	if p.fates[i] == taken {
		return true
	}
	if p.hopeless(i, p.home(i)) || p.repeats(i) {
		return false
	}
	return p.try(i, p.home(i), poolOf(p.corpus.rows[i].Level))
}
