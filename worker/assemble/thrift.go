package assemble

// A thrift is what an item's tokens do to its score where tokens are what runs
// out. Taking items by score alone is best where a budget holds few of them,
// by score per token where it holds many (Dantzig 1957, of the knapsack). What
// lies between is reached by charging every item, beside its own tokens, a
// fixed sum, which falls from without bound to that of a mean item as the
// number of items that fit grows.
type thrift struct {
	share       float32 // of a token in an item of mean size; 0 where items do not pay
	fixed       float32 // charged to every item, in mean items
	least, most int32   // tokens that an item is taken for
}

// thriftFor weighs the room that a request has against the items there are.
func thriftFor(c *corpus, in *Input, par *params) thrift {
	if c.opened == 0 || c.tokens == 0 {
		return thrift{}
	}
	mean := float32(c.tokens) / float32(c.opened)
	fit, few := float32(in.Request.MaxTokens-in.Request.ReserveTokens)/mean, float32(par.fewItems)
	if most := in.Request.MaxItems; fit <= few || most > 0 && float32(most) <= fit {
		return thrift{}
	}
	sizes := float32(par.sizes)
	return thrift{share: 1 / mean, fixed: (fit + few) / (fit - few), least: int32(mean / sizes), most: int32(mean * sizes)}
}

// factor is 1 for an item of mean size, more for a shorter one and less for a
// longer one, within bounds: a paste that answers still comes.
func (t *thrift) factor(tokens uint32) float32 {
	return (t.fixed + 1) / (t.fixed + float32(min(max(int32(tokens), t.least), t.most))*t.share)
}
