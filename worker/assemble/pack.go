package assemble

import (
	"math"

	"github.com/context-manager/context-manager/tiers/page"
)

// A fate is what became of an item.
type fate uint8

const (
	waiting  fate = iota // not looked at: the budget was used up before its turn
	taken                // in the context
	tooLarge             // larger than the whole budget, alone or with its group
	noRoom               // did not fit into what was left
	tooMany              // max_items was reached
	repeated             // says what another item says
)

// A use is how much of its part a pool has used.
type use struct{ items, tokens int }

// A packer fills a budget. Its memory is reused.
type packer struct {
	costs
	order order
	in    *Input
	rank  *ranking

	budget, maxItems int
	all              bool           // there was room for all
	parts            [pools]float64 // tokens by pool
	liveItems        int            // live turns at most
	used             [pools]use
	spent            sum
	fates            []fate
	where            []section
	need, left       []int32          // of items that did not fit, for explanations; else old values
	other            []int32          // of repeated items: what they repeat; else old values
	sayings          []uint64         // of items that were compared; 0 is not worked out
	said             map[uint64]int32 // once many are taken: which of them says what
	known            int              // how many of those taken are in said
	chosen           []int32          // taken, in the order of taking
	chosenSaying     []uint16         // Saying of those
	maybeSaid        [64]uint64       // bit n: the Saying of one of those may have the low bits n
	first            []int32          // live turns that may not come first
	held             []bool           // by item, while those are moved: taken before the live turns
	newer            []int32          // lines that are newer than a message
	shown            []line           // what was taken, as lines, in the order of the context
	queue            []entry          // a heap: the best first
}

func (p *packer) begin(in *Input, c *corpus, r *ranking) {
	p.in, p.rank = in, r
	p.costs.begin(in, c)
	p.budget = max(0, in.Request.MaxTokens-in.Request.ReserveTokens)
	p.maxItems = in.Request.MaxItems
	if p.maxItems <= 0 {
		p.maxItems = math.MaxInt32
	}
	p.order.make(c)
	p.all = false
}

// reset forgets whatever was taken.
func (p *packer) reset() {
	n := p.corpus.len()
	p.fates, p.where = resizeZero(p.fates, n), resizeZero(p.where, n)
	p.need, p.left, p.other = resize(p.need, n), resize(p.left, n), resize(p.other, n)
	p.sayings, p.known = resizeZero(p.sayings, n), 0
	clear(p.said)
	p.chosen, p.chosenSaying, p.maybeSaid = p.chosen[:0], p.chosenSaying[:0], [64]uint64{}
	p.spent, p.used = sum{}, [pools]use{}
}

// divide sets the parts of the pools.
func (p *packer) divide() {
	if p.corpus.live == 0 && p.corpus.facts == 0 { // what nobody else wants flows to the turns
		p.parts, p.liveItems = [pools]float64{turnsPool: float64(p.budget)}, 0
		return
	}
	s := defaultShares()
	if p.in.Request.Shares != nil {
		s = *p.in.Request.Shares
	}
	shares := [pools]float64{livePool: s.Immediate, turnsPool: s.ShortTerm, factsPool: s.LongTerm}
	w := p.claims()
	p.parts = divide(float64(max(0, p.budget-p.frame(&w, shares))), shares, w.tokens)
	// Where max_items is what binds, the best items of any level come, but for
	// the share of live turns, which come whatever their score.
	p.liveItems = int(math.Round(divide(float64(p.maxItems), shares, w.items)[livePool]))
}

// pack fills the budget: pinned items, live turns, then the best of the rest,
// first within their pools' parts and then wherever there is room.
func (p *packer) pack() {
	p.reset()
	p.divide()
	p.takePinned()
	p.takeLive()
	p.takeShares()
	p.takeRest()
}

// try takes an item, rendered where it is asked for, and the others of its
// group, if all of them fit.
func (p *packer) try(i int, where section, into pool) bool {
	before := p.spent
	p.addWhole(&p.spent, i, where)
	if p.spent.count() > p.maxItems {
		p.spent = before
		p.refuse(i, tooMany, 0, 0)
		return false
	}
	if total := p.total(&p.spent); total > p.budget {
		p.spent = before
		old := p.total(&before)
		p.refuse(i, noRoom, total-old, p.budget-old)
		return false
	}
	p.mark(i, where, into)
	p.eachMate(i, func(m int) { p.mark(m, p.home(m), into) })
	return true
}

func (p *packer) mark(i int, where section, into pool) {
	p.fates[i], p.where[i] = taken, where
	p.used[into].items++
	p.used[into].tokens += p.of(i, where)
	p.chosen = append(p.chosen, int32(i))
	said := p.corpus.rows[i].Saying
	p.chosenSaying = append(p.chosenSaying, said)
	p.maybeSaid[said>>6&63] |= 1 << (said & 63)
}

// move renders a taken item elsewhere, if that fits.
func (p *packer) move(i int, to section) bool {
	before := p.spent
	p.spent.remove(p.where[i], p.of(i, p.where[i]))
	p.spent.add(to, p.of(i, to))
	if p.total(&p.spent) > p.budget {
		p.spent = before
		return false
	}
	p.where[i] = to
	return true
}

// home is where an item is rendered unless it is a live turn.
func (p *packer) home(i int) section {
	if p.corpus.rows[i].Level == page.LongTerm {
		return facts
	}
	return earlier
}

func (p *packer) refuse(i int, why fate, need, left int) {
	p.fates[i], p.need[i], p.left[i] = why, int32(need), int32(left)
}
