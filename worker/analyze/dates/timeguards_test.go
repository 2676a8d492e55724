package dates

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestEveryDateNamesATime: a query is read for dates only if a word of it
// names a time, so what is made of the other words of dates must be none.
func TestEveryDateNamesATime(t *testing.T) {
	t.Parallel()
	words := strings.Fields(`between from by since after before until till and to through of the in on during no not later than early late mid ago earlier back
		last past previous this next a an one two couple three few four several five twelve may march jan sept fall summer friday yesterday
		tonight day weeks months year weekend evening 3 3rd 17 2021 05 minute decade someone
		every coming now half some twenty starting up prior same time onwards q3 users year's nights weekends following first second fifth thirtieth beginning end middle new eve christmas`)
	now := time.Date(2023, time.August, 16, 15, 4, 5, 0, time.UTC)
	check := func(t interface{ Fatalf(string, ...any) }, query ...string) {
		r := english{reader: newReader(query, now)}
		want := r.all(make([]bool, len(query)), r.expression)
		if got := (Form{}).Find(query, now, make([]bool, len(query))); !slices.Equal(got, want) {
			t.Fatalf("%v: found %v, reading every word %v", query, got, want)
		}
	}
	for _, a := range words {
		for _, b := range words {
			check(t, a, b)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		check(t, rapid.SliceOfN(rapid.SampledFrom(words), 3, 8).Draw(t, "query")...)
	})
}

// TestGuardsHaveAllWordsOfDates: they are switches of their own.
func TestGuardsHaveAllWordsOfDates(t *testing.T) {
	t.Parallel()
	words := strings.Fields(`january jan february feb march mar april apr may june jun july jul august aug september sep sept october oct
		november nov december dec sunday monday mon tuesday tue tues wednesday wed thursday thu thur thurs friday fri saturday sat sun
		sundays mondays tuesdays wednesdays thursdays fridays saturdays spring summer autumn fall winter springs summers autumns falls winters
		yesterday today tonight tomorrow day days week weeks fortnight fortnights month months quarter quarters year years
		night evening morning afternoon nights evenings mornings afternoons weekend weekends q1 q2 q3 q4 q5 qa christmas xmas halloween
		a an one two couple three few some four several five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
		eighteen nineteen twenty thirty forty fifty sixty ninety seventy hundred dozen hour time minute`)
	for _, w := range words {
		one := strings.TrimSuffix(w, "s")
		_, isMonth := month(w)
		_, isWeekday := weekday(w)
		_, areWeekdays := weekday(one)
		_, isSeason := firstMonth(one)
		_, isDay := daysFromToday(w)
		_, isUnit := unitOf(w)
		_, _, isFeast := feast(w, "", "")
		if want := isMonth || isWeekday || areWeekdays || isSeason || isDay || isUnit || isFeast > 0 || isQuarter(w) || dayPart(one) || one == "weekend"; namesTime(w) != want {
			t.Errorf("%q names a time: %v, want %v", w, !want, want)
		}
		if want := quantity(w) > 0; leadsToTime(w, "week") != want {
			t.Errorf("%q leads to a time: %v, want %v", w, !want, want)
		}
	}
}
