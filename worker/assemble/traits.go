package assemble

import "github.com/context-manager/context-manager/tiers/page"

// A trait is a flag of items that answers a kind of question.
type trait struct {
	part  string
	asked Kind
	flag  page.Flags
	boost float64
}

func traitsOf(par *params) [4]trait {
	return [...]trait{
		{"when", AsksWhen, page.TimeWord, par.whenBoost},
		{"entity", AsksEntity, page.Proper, par.entityBoost},
		{"title", AsksTitle, page.Quoted, par.titleBoost},
		{"number", AsksNumber, page.Number, par.numberBoost},
	}
}

// flagSets is how many sets of flags there are.
const flagSets = page.AllFlags + 1

// A traitTable is what every set of flags is worth for a question: looked up
// for every item, and made once.
type traitTable [flagSets]float32

func (w *traitTable) make(asked Kind, par *params) {
	for flags := range w {
		w[flags] = 1
	}
	for _, t := range traitsOf(par) {
		if asked&t.asked == 0 {
			continue
		}
		for flags := range w {
			if page.Flags(flags)&t.flag != 0 {
				w[flags] *= float32(t.boost)
			}
		}
	}
}

// noteTraits tells which traits of an item count for a question.
func noteTraits(asked Kind, flags page.Flags, par *params, note func(part string, v float32)) {
	for _, t := range traitsOf(par) {
		if asked&t.asked != 0 && flags&t.flag != 0 {
			note(t.part, float32(t.boost))
		}
	}
}
