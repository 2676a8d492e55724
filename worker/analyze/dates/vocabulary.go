package dates

import (
	"slices"
	"strings"

	"github.com/context-manager/context-manager/worker/analyze/fold"
)

// A dateWord is all that a word may mean in a date.
type dateWord struct {
	month, weekday, season, unit, number, third int // from 1; 0 none
	day                                         int // distance from today, where isDay is set
	step                                        int // -2 to 2, where isStep is set
	isDay, isStep, isPart                       bool
	isWeekend, within, filler                   bool
	since, after, before, until                 bool
	from, and, to                               bool
	article, every, ordinal                     bool
	names                                       bool // there is no date without such a word
	begins                                      bool // a date may begin with it
}

// A calendar is a vocabularyWords, to be looked up.
type vocabulary struct {
	meanings  map[string]*dateWord
	ago, back []phrase
	days      []phrase // of more than one word
	steps     []phrase // as well
}

// A phrase is some words in a row, and how far from today the day is that they name.
type phrase struct {
	words []string
	day   int
}

func phraseOf(s string, day int) phrase { return phrase{strings.Split(fold.Accents(s), "_"), day} }

func newVocabulary(t vocabularyWords) *vocabulary {
	c := &vocabulary{meanings: make(map[string]*dateWord)}
	c.row(t.months, func(w *dateWord, n int) { w.month = n })
	c.row(t.weekdays, func(w *dateWord, n int) { w.weekday = n })
	c.row(t.seasons, func(w *dateWord, n int) { w.season = n })
	c.row(t.units, func(w *dateWord, n int) { w.unit = n })
	c.row(t.numbers, func(w *dateWord, n int) { w.number = n })
	c.row(t.thirds, func(w *dateWord, n int) { w.third = n })
	c.days = c.distances(t.days, func(w *dateWord, day int) { w.isDay, w.day = true, day })
	c.steps = c.distances(t.steps, func(w *dateWord, step int) { w.isStep, w.step = true, step })
	for step, words := range [...]string{t.last, t.this, t.next} {
		c.row(words, func(w *dateWord, _ int) { w.isStep, w.step = true, step-1 })
	}
	c.rows(t)
	c.ago, c.back = phrasesOf(t.ago), phrasesOf(t.back)
	c.guard()
	return c
}

// guard tells the words that are worth a look from the others, which are most.
func (c *vocabulary) guard() {
	for _, w := range c.meanings {
		w.names = w.month+w.weekday+w.season+w.unit > 0 || w.isDay || w.isPart || w.isWeekend
		w.begins = w.names || w.number+w.third > 0 || w.isStep
	}
	for _, p := range slices.Concat(c.ago, c.days, c.steps) {
		c.meaning(p.words[0]).begins = true
	}
	for _, p := range c.days {
		c.meaning(p.words[0]).names = true
	}
}

// rows takes in what a word either is or is not.
func (c *vocabulary) rows(t vocabularyWords) {
	c.row(t.parts, func(w *dateWord, _ int) { w.isPart = true })
	c.row(t.weekend, func(w *dateWord, _ int) { w.isWeekend = true })
	c.row(t.since, func(w *dateWord, _ int) { w.since = true })
	c.row(t.after, func(w *dateWord, _ int) { w.after = true })
	c.row(t.before, func(w *dateWord, _ int) { w.before = true })
	c.row(t.until, func(w *dateWord, _ int) { w.until = true })
	c.row(t.from, func(w *dateWord, _ int) { w.from = true })
	c.row(t.and, func(w *dateWord, _ int) { w.and = true })
	c.row(t.to, func(w *dateWord, _ int) { w.to = true })
	c.row(t.within, func(w *dateWord, _ int) { w.within = true })
	c.row(t.filler, func(w *dateWord, _ int) { w.filler = true })
	c.row(t.article, func(w *dateWord, _ int) { w.article = true })
	c.row(t.every, func(w *dateWord, _ int) { w.every = true })
	c.row(t.ordinals, func(w *dateWord, _ int) { w.ordinal = true })
}

// distances takes in words that each have a number behind them, and returns the
// phrases among them.
func (c *vocabulary) distances(list string, set func(w *dateWord, n int)) (some []phrase) {
	words := strings.Fields(list)
	for i := 0; i+1 < len(words); i += 2 {
		if n := daysAway(words[i+1]); strings.Contains(words[i], "_") {
			some = append(some, phraseOf(words[i], n))
		} else {
			set(c.meaning(words[i]), n)
		}
	}
	return some
}

func phrasesOf(list string) (some []phrase) {
	for _, s := range strings.Fields(list) {
		some = append(some, phraseOf(s, 0))
	}
	return some
}

func daysAway(s string) int {
	if back, ok := strings.CutPrefix(s, "-"); ok {
		return -number(back)
	}
	return number(s)
}

// row gives each word of a list its number, from 1.
func (c *vocabulary) row(list string, set func(w *dateWord, n int)) {
	for n, forms := range strings.Fields(list) {
		for form := range strings.SplitSeq(forms, "|") {
			set(c.meaning(form), n+1)
		}
	}
}

func (c *vocabulary) meaning(w string) *dateWord {
	w = fold.Accents(w)
	if c.meanings[w] == nil {
		c.meanings[w] = &dateWord{}
	}
	return c.meanings[w]
}
