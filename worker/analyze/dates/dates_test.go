package dates_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/context-manager/context-manager/worker/analyze"
)

// loadAnalyzer loads the tokenizer once for all tests.
var loadAnalyzer = sync.OnceValues(analyze.New)

func analyzer(t *testing.T) *analyze.Analyzer {
	t.Helper()
	a, err := loadAnalyzer()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestDates: now is a Wednesday. A range is written from/to, both inclusive.
func TestDates(t *testing.T) {
	t.Parallel()
	reads(t, "en", wednesday(), map[string]string{
		"what happened on May 3, 2023?":              "2023-05-03/2023-05-03",
		"what happened on 3rd of May 2023":           "2023-05-03/2023-05-03",
		"notes of 2023-05-03":                        "2023-05-03/2023-05-03",
		"on December 24":                             "2022-12-24/2022-12-24",
		"in March":                                   "2023-03-01/2023-03-31",
		"in October":                                 "2022-10-01/2022-10-31",
		"in June 2021":                               "2021-06-01/2021-06-30",
		"trips in 2021":                              "2021-01-01/2021-12-31",
		"yesterday":                                  "2023-08-15/2023-08-15",
		"what do I do tomorrow":                      "2023-08-17/2023-08-17",
		"last Friday":                                "2023-08-11/2023-08-11",
		"last Wednesday":                             "2023-08-09/2023-08-09",
		"on Monday":                                  "2023-08-14/2023-08-14",
		"next Monday":                                "2023-08-21/2023-08-21",
		"last week":                                  "2023-08-07/2023-08-13",
		"this month":                                 "2023-08-01/2023-08-31",
		"last year":                                  "2022-01-01/2022-12-31",
		"last weekend":                               "2023-08-12/2023-08-13",
		"last summer":                                "2022-06-01/2022-08-31", // this one is still on
		"the summer of 2021":                         "2021-06-01/2021-08-31",
		"three days ago":                             "2023-08-13/2023-08-13",
		"two weeks ago":                              "2023-07-31/2023-08-04",
		"a fortnight ago":                            "2023-07-29/2023-08-06",
		"a year and a half ago":                      "2021-12-18/2022-04-17",
		"two and a half years ago":                   "2020-12-18/2021-04-17",
		"two Fridays ago":                            "2023-08-04/2023-08-04",
		"three Wednesdays ago":                       "2023-07-26/2023-07-26",
		"what did we cook on the weekend":            "2023-08-12/2023-08-13",
		"the weekend of the fair":                    "",
		"what do I do on Fridays":                    "",
		"last quarter":                               "2023-04-01/2023-06-30",
		"this quarter":                               "2023-07-01/2023-09-30",
		"the first quarter of 2022":                  "2022-01-01/2022-03-31",
		"a quarter of the cake":                      "",
		"who paid on 12.03.2021?":                    "2021-03-12/2021-03-12",
		"the invoice of 5/17/2021":                   "2021-05-17/2021-05-17",
		"the invoice of 17/5/2021":                   "2021-05-17/2021-05-17",
		"the invoice of 5/13/2021":                   "2021-05-13/2021-05-13",
		"the invoice of 13/5/2021":                   "2021-05-13/2021-05-13",
		"the invoice of 7/7/2021":                    "2021-07-07/2021-07-07",
		"the invoice of 5/7/2021":                    "2021-01-01/2021-12-31", // July or May: the year is sure
		"version 1.2.2021 of it":                     "2021-02-01/2021-02-01",
		"a couple of months ago":                     "2023-06-06/2023-06-26",
		"in the last two weeks":                      "2023-08-02/2023-08-16",
		"between May 3 and June 5, 2023":             "2023-05-03/2023-06-05",
		"from March to May 2023":                     "2023-03-01/2023-05-31",
		"yesterday or on May 3":                      "2023-08-15/2023-08-15 2023-05-03/2023-05-03",
		"what may she do?":                           "",
		"did they march on?":                         "",
		"who won 42 games":                           "",
		"in the fall":                                "2022-09-01/2022-11-30",
		"How long did the fall take":                 "",
		"between you and me":                         "",
		"room 2023b":                                 "",
		"February 30, 2023 is no day, yet it is one": "2023-03-02/2023-03-02",
		"What was logged at 2023-05-03T10:15:00Z?":   "2023-05-03/2023-05-03",
	})
}

// TestADayOfAMonthIsTheLatest: not every month has the 31st, and none that is to come is meant.
func TestADayOfAMonthIsTheLatest(t *testing.T) {
	t.Parallel()
	for query, wants := range map[string][2]string{
		"did we meet on the 31st?": {"2024-01-31/2024-01-31", "2024-07-31/2024-07-31"},
		"did we meet on the 29th?": {"2024-02-29/2024-02-29", "2024-07-29/2024-07-29"},
		"did we meet on the 30th?": {"2024-01-30/2024-01-30", "2024-07-30/2024-07-30"},
		"did we meet on the 1st?":  {"2024-03-01/2024-03-01", "2024-08-01/2024-08-01"},
	} {
		for i, now := range [...]time.Time{time.Date(2024, time.March, 1, 9, 0, 0, 0, time.UTC), time.Date(2024, time.August, 13, 9, 0, 0, 0, time.UTC)} {
			if got := spansOf(t, "en", query, now); got != wants[i] {
				t.Errorf("at %v %q names %q, want %q", now, query, got, wants[i])
			}
		}
	}
}

// TestALeapDayIsOneOfItsYear, in whatever year it is asked for: of no year it is
// the last there was, and of a year that has none the 1st of March.
func TestALeapDayIsOneOfItsYear(t *testing.T) {
	t.Parallel()
	for year := 2022; year <= 2026; year++ {
		now := time.Date(year, time.August, 16, 9, 0, 0, 0, time.UTC)
		for language, query := range map[string]string{
			"en": "what happened on February 29, 2024?", "de": "was war am 29. Februar 2024?", "fr": "le 29 février 2024", "ja": "2024年の2月29日",
		} {
			if got := spansOf(t, language, query, now); got != "2024-02-29/2024-02-29" {
				t.Errorf("in %d %q names %q", year, query, got)
			}
		}
		if got := spansOf(t, "en", "on Feb 29, 2023", now); got != "2023-03-01/2023-03-01" {
			t.Errorf("in %d the 29th of February 2023 is %q", year, got)
		}
		if got, want := spansOf(t, "en", "on Feb 29", now), map[bool]string{false: "2020-02-29/2020-02-29", true: "2024-02-29/2024-02-29"}[year >= 2024]; got != want {
			t.Errorf("in %d the 29th of February is %q, want %q", year, got, want)
		}
	}
}

// wednesday is a day in a summer.
func wednesday() time.Time { return time.Date(2023, time.August, 16, 15, 4, 5, 0, time.UTC) }

// reads tests what queries of a language name.
func reads(t *testing.T, language string, now time.Time, queries map[string]string) {
	t.Helper()
	for query, want := range queries {
		if got := spansOf(t, language, query, now); got != want {
			t.Errorf("%q: %q names %q, want %q", language, query, got, want)
		}
	}
}

func spansOf(t *testing.T, language, query string, now time.Time) string {
	t.Helper()
	var ranges []string
	for _, s := range analyzer(t).Query(query, language, now).Spans {
		from, to := time.UnixMilli(s.From).UTC(), time.UnixMilli(s.To-1).UTC()
		ranges = append(ranges, from.Format(time.DateOnly)+"/"+to.Format(time.DateOnly))
	}
	return strings.Join(ranges, " ")
}

func TestOpenRanges(t *testing.T) {
	t.Parallel()
	now := time.Date(2023, time.August, 16, 0, 0, 0, 0, time.UTC)
	day := time.Date(2023, time.May, 3, 0, 0, 0, 0, time.UTC).UnixMilli()
	since := analyzer(t).Query("since May 3, 2023", "en", now).Spans
	if len(since) != 1 || since[0].From != day || since[0].To <= now.UnixMilli() {
		t.Errorf("since May 3 is %v", since)
	}
	before := analyzer(t).Query("before May 3, 2023", "en", now).Spans
	if len(before) != 1 || before[0].From != 0 || before[0].To != day {
		t.Errorf("before May 3 is %v", before)
	}
}

func TestDaysBeginInTheZoneOfNow(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("east", 9*3600)
	now := time.Date(2023, time.August, 16, 3, 0, 0, 0, zone)
	spans := analyzer(t).Query("today", "en", now).Spans
	if want := time.Date(2023, time.August, 16, 0, 0, 0, 0, zone).UnixMilli(); len(spans) != 1 || spans[0].From != want {
		t.Errorf("today is %v, want it to begin at %d", spans, want)
	}
}
