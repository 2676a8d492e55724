package assemble

// respell looks for what a word may have been meant as that no item holds and
// of which nothing else is known: the words one slip of the pen away, at less
// than a word that was written as it is.
func (r *ranking) respell(c *corpus, q *Query, t *Term, par *params) {
	if q.Slips == nil || t.Class != Content || len(t.Related) > 0 || r.isName(t) {
		return
	}
	r.slips = q.Slips(r.slips[:0], t.Word)
	for _, hash := range r.slips {
		r.gather(c, hash, 1)
	}
	if n := len(r.holds); n > 0 {
		r.spread(c, par)
		r.settle(c, par.slipWeight*r.termWeight(t, min(n, c.len()), c.len(), par), par)
	}
}
