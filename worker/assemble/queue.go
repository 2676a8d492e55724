package assemble

import "math"

// An entry is an item that waits: its score in the upper half, its place in
// time in the lower, so that one comparison tells which of two comes first:
// the higher score, then the newer item. No score is below 0, and those bits
// of a float32 are in the order of what they stand for.
type entry uint64

func (p *packer) entryOf(i int) entry {
	return entry(math.Float32bits(p.rank.score[i]))<<32 | entry(p.order.place(i))
}

func (p *packer) itemOf(e entry) int { return p.order.item(uint32(e)) }

// fillQueue makes a queue of the open items that are wanted.
func (p *packer) fillQueue(wanted func(i int) bool) {
	p.queue = p.queue[:0]
	for i, open := range p.corpus.open {
		if open && wanted(i) {
			p.queue = append(p.queue, p.entryOf(i))
		}
	}
	p.heapify()
}

func (p *packer) heapify() {
	for i := len(p.queue)/2 - 1; i >= 0; i-- {
		p.sink(i)
	}
}

// sink lets an entry down to where none below it is better. Which of two is,
// no processor could foretell, so it is worked out without a branch.
func (p *packer) sink(i int) {
	q := p.queue
	moving := q[i]
	for {
		child := 2*i + 1
		if child >= len(q) {
			break
		}
		best := q[child]
		if next := child + 1; next < len(q) {
			if q[next] > best {
				child = next
			}
			best = max(best, q[next])
		}
		if best <= moving {
			break
		}
		q[i] = best
		i = child
	}
	q[i] = moving
}

// pop takes the best item off the queue.
func (p *packer) pop() int {
	top := p.queue[0]
	last := len(p.queue) - 1
	p.queue[0] = p.queue[last]
	p.queue = p.queue[:last]
	if last > 0 {
		p.sink(0)
	}
	return p.itemOf(top)
}

// weed removes from the queue what cannot fit any more, since room only
// shrinks, and what is out of bounds.
func (p *packer) weed(within func(i int) bool) {
	left := p.budget - p.total(&p.spent)
	full := p.spent.count() >= p.maxItems
	kept := p.queue[:0]
	for _, e := range p.queue {
		i := p.itemOf(e)
		need, _ := p.lines(i)
		switch {
		case p.fates[i] == taken || p.fates[i] == repeated || p.fates[i] == tooLarge:
		case full:
			p.refuse(i, tooMany, 0, 0)
		case need > left:
			p.refuse(i, noRoom, need, left)
		case within(i):
			kept = append(kept, e)
		}
	}
	p.queue = kept
	p.heapify()
}
