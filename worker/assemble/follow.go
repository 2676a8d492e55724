package assemble

import "github.com/context-manager/context-manager/tiers/page"

// followLive makes messages of all lines that are newer than the oldest message, if that
// fits: what was said later would else be read before. A pinned turn may have been a
// message alone, or a group have brought what repeats another turn.
func (p *packer) followLive() {
	if p.spent.items[live] == 0 || p.spent.items[earlier] == 0 {
		return
	}
	before, follows := p.spent, false
	p.newer = p.newer[:0]
	for i := range p.corpus.split {
		switch {
		case p.fates[i] != taken:
		case p.where[i] == live:
			follows = true
		case follows && p.corpus.rows[i].Level == page.Immediate && p.canBeLive(i):
			p.spent.remove(p.where[i], p.of(i, p.where[i]))
			p.spent.add(live, p.of(i, live))
			p.newer = append(p.newer, int32(i))
		}
	}
	if p.total(&p.spent) > p.budget {
		p.spent = before
		return
	}
	for _, i := range p.newer {
		p.where[i] = live
	}
}
