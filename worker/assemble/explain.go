package assemble

import (
	"fmt"

	"github.com/context-manager/context-manager/messages"
)

// mostExplained is how many candidates are explained of those that are out: an
// explanation is larger than an item, and an answer has to fit into a message.
const mostExplained = 1000

// explain tells of the items that passed the filter why they are in or out, the
// best score first: of all that are in, and of the best that are out.
func (p *packer) explain(par *params) []messages.Candidate {
	p.fillQueue(func(int) bool { return true })
	out := make([]messages.Candidate, 0, min(len(p.queue), len(p.chosen)+mostExplained))
	for left := mostExplained; len(p.queue) > 0; {
		i := p.pop()
		if p.fates[i] != taken {
			if left == 0 {
				continue
			}
			left--
		}
		pg, at := p.corpus.at(i)
		row := &p.corpus.rows[i]
		out = append(out, messages.Candidate{
			ID:      pg.ID(at),
			Level:   WireLevel(row.Level),
			Tokens:  p.of(i, p.where[i]),
			Score:   float64(p.rank.score[i]),
			Parts:   p.rank.explain(p.corpus, p.in, i, par),
			In:      p.fates[i] == taken,
			Verdict: p.verdict(i) + p.vectorNote(pg.Vector(at)),
		})
	}
	return out
}

func (p *packer) verdict(i int) string {
	switch p.fates[i] {
	case taken:
		return p.reason(i)
	case tooLarge:
		return fmt.Sprintf("larger than the whole budget: %d tokens%s, %d allowed", p.need[i], p.withGroup(i), p.left[i])
	case tooMany:
		return fmt.Sprintf("max_items reached: %d", p.maxItems)
	case repeated:
		pg, at := p.corpus.at(int(p.other[i]))
		return "repeats item " + pg.ID(at)
	default:
		return fmt.Sprintf("did not fit: %d tokens%s, %d left", p.need[i], p.withGroup(i), p.left[i])
	}
}

// vectorNote says why an item's embedding was not compared.
func (p *packer) vectorNote(vector []byte) string {
	query := len(p.in.Request.Embedding)
	if query == 0 || len(vector) == 0 || len(vector) == 4*query {
		return ""
	}
	return fmt.Sprintf("; its embedding of %d numbers cannot be compared with the query's of %d", len(vector)/4, query)
}

func (p *packer) withGroup(i int) string {
	if m := p.corpus.mate[i]; m == none || m == int32(i) {
		return ""
	}
	return " with its group"
}

func (p *packer) reason(i int) string {
	switch {
	case pinned(&p.corpus.rows[i]):
		return "in: pinned"
	case p.where[i] == live:
		return "in: among the newest turns"
	case p.all:
		return "in: there was room for all"
	case p.rank.byTime:
		return "in: among the newest items"
	case p.rank.relevant(i):
		return "in: by score"
	default:
		return "in: there was room"
	}
}

// explain lists the parts of an item's score: match, vector and prior are added
// up, the others multiply that. Factors that do not apply are left out.
func (r *ranking) explain(c *corpus, in *Input, i int, par *params) map[string]float64 {
	parts := map[string]float64{}
	if r.byTime {
		return parts
	}
	words, vector := r.fused(i, r.base(i))
	prior := r.curves.priorOf(c.rows[i].WordsD)
	parts["match"], parts["prior"] = float64(words), float64(prior)
	if r.compared > 0 && r.near[i] >= 0 {
		parts["vector"] = float64(vector)
	}
	r.eachFactor(c, in, i, par, func(part string, v float32) { parts[part] = float64(v) })
	own := (words + vector + prior) * r.factor(c, in, i, par) // as rank does it: it rounds alike
	if lifted := r.score[i]; lifted > own && own > 0 {
		parts["newer"] = float64(lifted / own)
	}
	return parts
}
