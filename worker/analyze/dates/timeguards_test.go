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
	words := strings.Fields(`between from since after before until till and to through of the in on by during early late mid ago earlier back
		last past previous this next a an one two couple three few four several five twelve may march jan sept fall summer friday yesterday
		tonight day weeks months year weekend evening 3 3rd 17 2021 05 minute decade someone
		every coming now half first second beginning end middle new eve christmas`)
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
