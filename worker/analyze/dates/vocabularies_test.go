package dates

import (
	"strings"
	"testing"
)

// TestCalendarsAreWhole: a row that is short by a word would shift all others.
func TestCalendarsAreWhole(t *testing.T) {
	t.Parallel()
	for code, dates := range vocabularies() {
		c := newVocabulary(dates)
		var months, weekdays, seasons, units, numbers int
		for _, w := range c.meanings {
			months, weekdays, seasons = max(months, w.month), max(weekdays, w.weekday), max(seasons, w.season)
			units, numbers = max(units, w.unit), max(numbers, w.number)
		}
		if months != 12 || weekdays != 7 || seasons != 4 || units != 4 || numbers != 20 || len(strings.Fields(dates.plurals)) != 4 || len(c.ago)+len(c.back) == 0 {
			t.Errorf("%s has %d months, %d weekdays, %d seasons, %d units, numbers up to %d", code, months, weekdays, seasons, units, numbers)
		}
	}
}
