package dates

import (
	"slices"
	"strconv"
	"strings"

	"github.com/context-manager/context-manager/worker/analyze/fold"
)

// A vocabulary is the dateWords of a language, to be looked up.
type vocabulary struct {
	meanings  map[string]*meaning // by word, without accents
	ago, back []phrase
	days      []phrase // of more than one word
	steps     []phrase // as well
	weekends  []phrase // as well
	since     []phrase // as well
	until     []phrase // as well
	feasts    []phrase // as well
	ahead     []phrase
}

// A meaning is all that a word may mean in a date.
type meaning struct {
	month, weekday, season, unit, number, third int // from 1; 0 none
	date                                        int // a day of a month
	day                                         int // distance from today, of a dayWord
	step                                        int // -2 to 3, of a stepWord
	feast                                       int // month and day: 1225
	kinds                                       wordKind
}

// A wordKind is a set of flags about a word.
type wordKind uint64

const (
	dayWord wordKind = 1 << iota
	pluralWord
	singleWord // a unit that has another word for several
	stepWord
	partWord
	weekendWord
	sinceWord
	afterWord
	beforeWord
	untilWord
	lastingWord
	fromWord
	andWord
	toWord
	withinWord
	atWord
	onWord
	overWord
	fillerWord
	articleWord
	everyWord
	doubtfulWord
	countedWord
	halfWord
	orWord
	aboutWord
	manyWord
	feastWord
	dottedWord
	strokedWord
	hourWord
	namingWord // there is no date without such a word
	firstWord  // a date may begin with it
)

// A phrase is some words in a row, and the day or the step that they name.
type phrase struct {
	words []string
	n     int
}

func newVocabulary(d dateWords) *vocabulary {
	v := &vocabulary{meanings: make(map[string]*meaning)}
	v.row(d.months, func(m *meaning, n int) { m.month = n })
	v.row(d.weekdays, func(m *meaning, n int) { m.weekday = n })
	v.row(d.seasons, func(m *meaning, n int) { m.season = n })
	plurals := strings.Fields(d.plurals)
	v.row(d.units, func(m *meaning, n int) {
		if m.unit = n; plurals[n-1] != "-" {
			m.kinds |= singleWord
		}
	})
	v.row(d.plurals, func(m *meaning, n int) { m.unit = n; m.kinds |= pluralWord })
	v.row(d.numbers, func(m *meaning, n int) { m.number = n })
	for _, end := range append(strings.Fields(d.datesEnd), "") {
		v.row(withEnd(d.dates, end), func(m *meaning, n int) { m.date = n })
	}
	v.row(d.thirds, func(m *meaning, n int) { m.third = n })
	v.days = v.pairs(d.days, dayWord, func(m *meaning, day int) { m.day = day })
	v.steps = v.pairs(d.steps, stepWord, func(m *meaning, step int) { m.step = step })
	v.feasts = v.pairs(d.feasts, feastWord, func(m *meaning, on int) { m.feast = on })
	for i, words := range [...]string{d.last, d.this, d.next} {
		v.row(words, func(m *meaning, _ int) { m.kinds |= stepWord; m.step = i - 1 })
	}
	for kind, words := range d.kinds() {
		v.row(words, func(m *meaning, _ int) { m.kinds |= kind })
	}
	v.ago, v.back, v.ahead = phrasesOf(d.ago), phrasesOf(d.back), phrasesOf(d.ahead)
	v.weekends, v.since, v.until = longPhrasesOf(d.weekend), longPhrasesOf(d.since), longPhrasesOf(d.until)
	for part := range strings.FieldsSeq(d.joined) {
		v.row(withEnd(d.weekdays, part), func(m *meaning, n int) { m.weekday = n })
	}
	v.guard()
	return v
}

// guard tells the words that are worth a look from the others, which are most.
func (v *vocabulary) guard() {
	for _, m := range v.meanings {
		names := m.month+m.weekday+m.season+m.unit > 0 || m.is(dayWord|partWord|weekendWord|feastWord)
		if names {
			m.kinds |= namingWord
		}
		if names || m.number+m.date+m.third > 0 || m.is(stepWord|halfWord) {
			m.kinds |= firstWord
		}
	}
	for _, p := range slices.Concat(v.ago, v.steps, v.weekends) {
		v.meaning(p.words[0]).kinds |= firstWord
	}
	for _, p := range slices.Concat(v.days, v.feasts) {
		v.meaning(p.words[0]).kinds |= firstWord | namingWord
	}
}

// withEnd is a list with an end put to each of its words, in all their forms.
func withEnd(list, end string) string {
	return strings.NewReplacer("|", end+"|", " ", end+" ").Replace(list) + end
}

// row gives each word of a list, in all its forms, its number from 1.
func (v *vocabulary) row(list string, set func(m *meaning, n int)) {
	for i, forms := range strings.Fields(list) {
		for form := range strings.SplitSeq(forms, "|") {
			set(v.meaning(form), i+1)
		}
	}
}

// pairs takes in words that each have a number behind them, and returns the
// phrases among them.
func (v *vocabulary) pairs(list string, kind wordKind, set func(m *meaning, n int)) (phrases []phrase) {
	for pair := range slices.Chunk(strings.Fields(list), 2) {
		n, _ := strconv.Atoi(pair[1])
		if strings.Contains(pair[0], "_") {
			phrases = append(phrases, phraseOf(pair[0], n))
			continue
		}
		m := v.meaning(pair[0])
		m.kinds |= kind
		set(m, n)
	}
	return phrases
}

func phrasesOf(list string) (phrases []phrase) {
	for _, s := range strings.Fields(list) {
		phrases = append(phrases, phraseOf(s, 0))
	}
	return phrases
}

// longPhrasesOf are those of more than one word.
func longPhrasesOf(list string) []phrase {
	return slices.DeleteFunc(phrasesOf(list), func(p phrase) bool { return len(p.words) == 1 })
}

func phraseOf(s string, n int) phrase { return phrase{strings.Split(fold.Accents(s), "_"), n} }

// meaning is that of a word, to be added to.
func (v *vocabulary) meaning(w string) *meaning {
	w = fold.Accents(w)
	if v.meanings[w] == nil {
		v.meanings[w] = &meaning{}
	}
	return v.meanings[w]
}

// is tells whether a word is of one of some kinds.
func (m *meaning) is(kinds wordKind) bool { return m.kinds&kinds != 0 }
