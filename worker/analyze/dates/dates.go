package dates

import (
	"time"

	"github.com/context-manager/context-manager/worker/assemble"
)

// A Form is how dates are said in a language. The zero Form is English.
type Form struct {
	vocabulary *vocabulary // the words of dates, nil where they are read otherwise
	eastern    bool        // dates are written with signs for year, month and day
}

// Of is the form of a language, by its ISO 639-1 code: English where it is not known.
func Of(code string) Form {
	if words, ok := vocabularies()[code]; ok {
		return Form{vocabulary: newVocabulary(words)}
	}
	return Form{eastern: code == "zh" || code == "ja" || code == "ko"}
}

// Find returns the ranges that lower-case words name, and marks the words that
// do. Now is what "yesterday" is relative to, and its location is where days begin.
func (f Form) Find(words []string, now time.Time, marked []bool) []assemble.Span {
	r := newReader(words, now)
	switch {
	case f.vocabulary != nil:
		e := newEuropean(r, f.vocabulary)
		return e.find(marked)
	case f.eastern:
		e := eastern{r}
		return e.find(marked)
	default:
		e := english{reader: r}
		return e.find(marked)
	}
}

// IsYear tells whether a word is a year that a date may have.
func IsYear(word string) bool { return isYear(number(word)) }
