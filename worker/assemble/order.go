package assemble

// An order is that of items in time, the older first. Each page has its own in
// that order, so of one page alone the index says it, and of two it is merged.
type order struct {
	places []int32 // by item; none where there is one page
	items  []int32 // by place
}

// make puts the items of a corpus in order. Of two of the same time that of
// the user counts as newer, and of one page's the later.
func (o *order) make(c *corpus) {
	o.places, o.items = o.places[:0], o.items[:0]
	if c.split == 0 || c.split == c.len() {
		return
	}
	o.places, o.items = resize(o.places, c.len()), resize(o.items, c.len())
	i, j := 0, c.split
	for place := range o.items {
		next := &i
		if i == c.split || j < c.len() && c.rows[j].Time < c.rows[i].Time {
			next = &j
		}
		o.items[place], o.places[*next] = int32(*next), int32(place)
		*next++
	}
}

func (o *order) place(i int) uint32 {
	if len(o.places) == 0 {
		return uint32(i)
	}
	return uint32(o.places[i])
}

func (o *order) item(place uint32) int {
	if len(o.items) == 0 {
		return int(place)
	}
	return int(o.items[place])
}
