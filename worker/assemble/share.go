package assemble

import (
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// A pool is a part of the budget that some items compete for.
type pool uint8

const (
	livePool  pool = iota // the newest turns
	turnsPool             // short-term items and older turns
	factsPool             // long-term items
	pools     = 3
)

// defaultShares are the parts of the budget unless the request says otherwise.
func defaultShares() messages.Shares {
	return messages.Shares{Immediate: 0.3, ShortTerm: 0.4, LongTerm: 0.3}
}

// divide splits an amount by shares. What a pool does not want flows to those
// that want more, in proportion to their shares.
func divide(amount float64, shares, wants [pools]float64) (parts [pools]float64) {
	var settled [pools]bool
	for {
		left, weight := amount, 0.0
		for p := range parts {
			if settled[p] {
				left -= parts[p]
			} else {
				weight += shares[p]
			}
		}
		changed := false
		for p := range parts {
			if settled[p] || weight == 0 {
				continue
			}
			parts[p] = left * (shares[p] / weight)
			if wants[p] <= parts[p] {
				parts[p], settled[p], changed = wants[p], true, true
			}
		}
		if !changed {
			return parts
		}
	}
}

// A claim is what the items that match want, by pool.
type claim struct{ tokens, items [pools]float64 }

func (w *claim) add(into pool, tokens int) {
	w.tokens[into] += float64(tokens)
	w.items[into]++
}

// claims adds up what each pool has use for. Live turns are wanted whatever
// they say; of the rest, what has to do with the query.
func (p *packer) claims() (w claim) {
	for i := range p.corpus.rows {
		if !p.corpus.open[i] {
			continue
		}
		row := &p.corpus.rows[i]
		if row.Level == page.Immediate && p.canBeLive(i) {
			w.add(livePool, p.of(i, live))
		}
		if p.rank.byTime || p.rank.relevant(i) {
			w.add(poolOf(row.Level), int(row.LineTokens))
		}
	}
	return w
}

// frame is what a context costs beside its items, headings and the like, if all pools
// get something that want it and have a share: it is in no pool's part.
func (p *packer) frame(w *claim, shares [pools]float64) int {
	var wanted sum
	for into, where := range [pools]section{livePool: live, turnsPool: earlier, factsPool: facts} {
		if shares[into] > 0 {
			wanted.items[where] = int(w.items[into])
		}
	}
	return p.total(&wanted)
}

// poolOf is where an item that is not live competes.
func poolOf(l page.Level) pool {
	if l == page.LongTerm {
		return factsPool
	}
	return turnsPool
}
