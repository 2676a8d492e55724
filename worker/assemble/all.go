package assemble

import "math"

// takeAll takes all that there is, if there is room for it, and tells whether
// there was. Then nothing needs to be ranked: no order of the items shows in a
// context but that of time. What says the same as a newer item is left out.
func (p *packer) takeAll() bool {
	c := p.corpus
	if c.tokens > p.budget || c.opened > p.maxItems {
		return false
	}
	p.reset()
	p.parts, p.liveItems = [pools]float64{livePool: math.Inf(1)}, math.MaxInt
	if s := p.in.Request.Shares; s != nil && s.Immediate == 0 {
		p.liveItems = 0 // without a share live turns are lines, as where something is left out
	}
	p.takeNewest(true)
	p.takeLive()
	p.takeNewest(false)
	for i, open := range c.open {
		if open && p.fates[i] != taken && p.fates[i] != repeated {
			return false
		}
	}
	p.all = true
	return true
}

// takeNewest takes the items that are pinned or not, the newest first.
func (p *packer) takeNewest(pins bool) {
	if pins && p.corpus.pinned == 0 {
		return
	}
	for place := p.corpus.len() - 1; place >= 0 && !p.in.stopped(); place-- {
		i := p.order.item(uint32(place))
		if p.corpus.open[i] && pinned(&p.corpus.rows[i]) == pins {
			p.offer(i)
		}
	}
}
