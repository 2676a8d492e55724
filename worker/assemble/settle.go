package assemble

import (
	"encoding/binary"
	"math/bits"
)

// touchedWord is how many items settle passes over at once, if none of them is touched.
const touchedWord = 8

// settle turns the uses of the term at hand into score, and forgets them.
func (r *ranking) settle(c *corpus, weight float64, par *params) {
	w, gain := float32(weight), float32(weight*(par.k1+1))
	flat := float32(par.k1 * (1 - par.b))
	slope := float32(par.k1*par.b) / c.length
	r.borrow[r.nobody], r.touched[r.nobody] = 0, 0
	// In variables and of one length, slices are neither read anew nor checked one by one for each item: 2 % of assembling 600.
	borrow, touched := r.borrow[:c.len()], r.touched
	words, match, cover := c.words[:len(borrow)], r.match[:len(borrow)], r.cover[:len(borrow)]
	for first := 0; first < len(touched); first += touchedWord {
		word := touched[first:][:touchedWord]
		for set := binary.LittleEndian.Uint64(word); set != 0; set &= set - 1 {
			i := first + bits.TrailingZeros64(set)/8
			x := borrow[i]
			borrow[i] = 0
			match[i] += gain * x / (x + flat + slope*words[i])
			cover[i] += w * min(1, x)
		}
		clear(word)
	}
}
