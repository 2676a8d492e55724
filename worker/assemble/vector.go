package assemble

import (
	"encoding/binary"
	"math"
	"slices"
)

// vectors hold how near items are to the query by the caller's embeddings.
type vectors struct {
	near     []float32 // by item, 0 to 1; -1 where there is nothing to compare
	compared int
	wordPart float32 // of an item's lexical score, in its fused one
	most     float32 // that a vector adds to a fused score
}

// compare measures every open item that has an embedding of the query's
// dimension. Cosines of one model lie in a narrow band, so what counts is how
// far an item stands out: 0 is the mean or below, 1 the nearest. One that is
// compared with no other stands out from nothing.
func (v *vectors) compare(c *corpus, query []float32) {
	v.compared = 0
	if len(query) == 0 {
		return
	}
	v.near = resize(v.near, c.len())
	sum, best := 0.0, -1.0
	for i := range v.near {
		v.near[i] = -1
		p, at := c.at(i)
		if cos, ok := cosine(query, p.Vector(at)); ok && c.open[i] {
			v.near[i] = float32(cos + 2) // marks it as compared until it is scaled
			v.compared++
			sum += cos
			best = max(best, cos)
		}
	}
	v.scale(sum/float64(max(1, v.compared)), best)
}

func (v *vectors) scale(mean, best float64) {
	for i, n := range v.near {
		switch {
		case n < 0:
		case best-mean < 1e-6:
			v.near[i] = max(0, n-2) // none stands out: each is as near as it is
		default:
			v.near[i] = float32(max(0, (float64(n)-2-mean)/(best-mean)))
		}
	}
}

// cosine compares a vector with one in stored form: little-endian float32.
func cosine(a []float32, b []byte) (float64, bool) {
	if len(b) != 4*len(a) {
		return 0, false
	}
	var dot, aa, bb float64 // a square of a float32 need not be one
	for i, z := range a {
		x, y := float64(z), float64(math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])))
		dot += x * y
		aa += x * x
		bb += y * y
	}
	if aa == 0 || bb == 0 {
		return 0, false
	}
	return dot / (math.Sqrt(aa) * math.Sqrt(bb)), true
}

// fuse mixes lexical scores with how near items are, both brought to the same
// scale: a convex combination, which loses to no other simple fusion (Bruch,
// Gai and Ingber 2023). An item without a vector is judged by its words alone,
// and all are by their vectors alone where no word matches.
func (v *vectors) fuse(scores []float32, par *params) {
	best, share := slices.Max(scores), float32(par.vectorShare)
	if best == 0 {
		best, share = 1, 1
	}
	v.wordPart, v.most = 1-share, share*best
	for i, lexical := range scores {
		words, vector := v.fused(i, lexical)
		scores[i] = words + vector
	}
}

// fused is what an item's words and its vector are of its fused score.
func (v *vectors) fused(i int, lexical float32) (words, vector float32) {
	if v.compared == 0 || v.near[i] < 0 {
		return lexical, 0
	}
	return v.wordPart * lexical, v.most * v.near[i]
}

// stands tells whether an item stands out by its vector alone.
func (v *vectors) stands(i int) bool { return v.compared > 0 && v.near[i] >= 0.5 }
