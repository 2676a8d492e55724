package assemble

// An entry is an item that waits, with its score.
type entry struct {
	score float32
	item  int32
}

// before orders the queue: the higher score first, then the newer item.
func (p *packer) before(a, b entry) bool {
	if a.score != b.score {
		return a.score > b.score
	}
	ta, tb := p.corpus.rows[a.item].Time, p.corpus.rows[b.item].Time
	return ta > tb || ta == tb && a.item > b.item
}

// fillQueue makes a queue of the open items that are wanted.
func (p *packer) fillQueue(wanted func(i int) bool) {
	p.queue = p.queue[:0]
	for i, open := range p.corpus.open {
		if open && wanted(i) {
			p.queue = append(p.queue, entry{p.rank.score[i], int32(i)})
		}
	}
	p.heapify()
}

func (p *packer) heapify() {
	for i := len(p.queue)/2 - 1; i >= 0; i-- {
		p.sink(i)
	}
}

func (p *packer) sink(i int) {
	q := p.queue
	moving := q[i]
	for {
		child := 2*i + 1
		if child >= len(q) {
			break
		}
		if next := child + 1; next < len(q) && p.before(q[next], q[child]) {
			child = next
		}
		if !p.before(q[child], moving) {
			break
		}
		q[i] = q[child]
		i = child
	}
	q[i] = moving
}

// pop takes the best item off the queue.
func (p *packer) pop() int {
	top := p.queue[0].item
	last := len(p.queue) - 1
	p.queue[0] = p.queue[last]
	p.queue = p.queue[:last]
	if last > 0 {
		p.sink(0)
	}
	return int(top)
}

// weed removes from the queue what cannot fit any more, since room only
// shrinks, and what is out of bounds.
func (p *packer) weed(within func(i int) bool) {
	left := p.budget - p.total(&p.spent)
	full := p.spent.count() >= p.maxItems
	kept := p.queue[:0]
	for _, e := range p.queue {
		i := int(e.item)
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
