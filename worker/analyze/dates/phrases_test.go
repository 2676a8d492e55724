package dates_test

import (
	"testing"
	"time"
)

// TestPhrasesOfTime has what people say of time every day. Now is Wednesday,
// 16 August 2023, which is in a summer.
func TestPhrasesOfTime(t *testing.T) {
	t.Parallel()
	now := time.Date(2023, time.August, 16, 15, 4, 5, 0, time.UTC)
	for what, queries := range map[string]map[string]string{
		"what one end of a range says holds for both": {
			"from March to May 2021":                "2021-03-01/2021-05-31",
			"March to May 2021":                     "2021-03-01/2021-05-31",
			"between March and May 2022":            "2022-03-01/2022-05-31",
			"between November and February 2022":    "2021-11-01/2022-02-28",
			"from March 2021 to May":                "2021-03-01/2021-05-31",
			"from May 3 to May 7, 2021":             "2021-05-03/2021-05-07",
			"from 3 to 7 May 2021":                  "2021-05-03/2021-05-07",
			"between 3 and 5 May 2021":              "2021-05-03/2021-05-05",
			"May 3rd-5th":                           "2023-05-03/2023-05-05",
			"March 8 to 10, 2022":                   "2022-03-08/2022-03-10",
			"from December 24 to January 2":         "2022-12-24/2023-01-02",
			"from Monday to Friday":                 "2023-08-14/2023-08-18",
			"between Monday and Friday last week":   "2023-08-07/2023-08-11",
			"from Monday until today":               "2023-08-14/2023-08-16",
			"from October to now":                   "2022-10-01/2023-08-16",
			"the years 2020-2022":                   "2020-01-01/2022-12-31",
			"from 2019 to 2021":                     "2019-01-01/2021-12-31",
			"in March or in April 2021":             "2021-03-01/2021-03-31 2021-04-01/2021-04-30",
			"in May and in 2021":                    "2023-05-01/2023-05-31 2021-01-01/2021-12-31",
			"on May 3 14:02":                        "2023-05-03/2023-05-03",
			"moved in March 2021 to Berlin in June": "2021-03-01/2021-03-31 2023-06-01/2023-06-30",
			"winter 2021 - 2022":                    "2021-12-01/2022-02-28",
			"in winter 2021/22":                     "2021-12-01/2022-02-28",
			"summer 2021 and 2022":                  "2021-06-01/2021-08-31 2022-01-01/2022-12-31",
			"since 2019 until 2021":                 "2019-01-01/2021-12-31",
			"after May 3 and before June 5":         "2023-05-04/2023-06-04",
			"before May 3 or after June 5":          "1970-01-01/2023-05-02 2023-06-06/2123-08-15",
			"from the 3rd to the 5th":               "2023-08-03/2023-08-05",
			"between the 20th and the 25th":         "2023-07-20/2023-07-25",
			"from the 3rd to the 5th floor":         "",
			"on May 3, 4 and 5":                     "2023-05-03/2023-05-05",
			"the 3rd or 4th of May":                 "2023-05-03/2023-05-04",
		},
		"last, this and next": {
			"next summer":        "2024-06-01/2024-08-31",
			"this summer":        "2023-06-01/2023-08-31",
			"last winter":        "2022-12-01/2023-02-28",
			"this fall":          "2023-09-01/2023-11-30",
			"last August":        "2022-08-01/2022-08-31",
			"next May":           "2024-05-01/2024-05-31",
			"next October":       "2023-10-01/2023-10-31",
			"this December":      "2023-12-01/2023-12-31",
			"this Friday":        "2023-08-18/2023-08-18",
			"this Monday":        "2023-08-14/2023-08-14",
			"this past weekend":  "2023-08-12/2023-08-13",
			"this coming Friday": "2023-08-18/2023-08-18",
			"coming weekend":     "2023-08-19/2023-08-20",
			"earlier this month": "2023-08-01/2023-08-31",
			"in the past week":   "2023-08-09/2023-08-16",
			"this past week":     "2023-08-07/2023-08-13",
			"in the last weeks":  "2023-07-26/2023-08-16",
			"fall 2021":          "2021-09-01/2021-11-30",
			"on the next day":    "", // after another
			"on the last day":    "",
			"every Friday":       "",
			"every other Friday": "",
			"each summer":        "",
		},
		"one part of another": {
			"in March last year":               "2022-03-01/2022-03-31",
			"last year in March":               "2022-03-01/2022-03-31",
			"May of last year":                 "2022-05-01/2022-05-31",
			"the summer of last year":          "2022-06-01/2022-08-31",
			"on May 3rd last year":             "2022-05-03/2022-05-03",
			"Friday of last week":              "2023-08-11/2023-08-11",
			"last week on Friday":              "2023-08-11/2023-08-11",
			"on the 3rd":                       "2023-08-03/2023-08-03",
			"on December 1,2021":               "2021-12-01/2021-12-01",
			"shortly before May 3":             "2023-04-26/2023-05-02",
			"right after the 3rd of May":       "2023-05-04/2023-05-10",
			"since the 20th":                   "2023-07-20/2123-08-15",
			"on the 3rd of last month":         "2023-07-03/2023-07-03",
			"on the 3rd floor":                 "",
			"the 3rd of the list":              "",
			"Monday, May 3, 2021":              "2021-05-03/2021-05-03",
			"Monday the 3rd of May":            "2023-05-03/2023-05-03",
			"the first of May":                 "2023-05-01/2023-05-01",
			"the week of May 3":                "2023-05-01/2023-05-07",
			"at the end of March":              "2023-03-21/2023-03-31",
			"in early May":                     "2023-05-01/2023-05-10",
			"mid-March 2022":                   "2022-03-11/2022-03-20",
			"the end of the meeting":           "",
			"in the first week of May":         "2023-05-01/2023-05-07",
			"the last two days of March":       "2023-03-30/2023-03-31",
			"the last Friday of March":         "2023-03-31/2023-03-31",
			"the second weekend in May":        "2023-05-13/2023-05-14",
			"the last week of school":          "",
			"the first days of May":            "2023-05-01/2023-05-03",
			"the last Friday of the month":     "",
			"Friday the 13th":                  "2023-01-13/2023-01-13",
			"Monday 3rd":                       "2023-07-03/2023-07-03",
			"Friday the 13th of May 2022":      "2022-05-13/2022-05-13",
			"what may she do of all in a year": "",
		},
		"beside another": {
			"the day before yesterday":             "2023-08-14/2023-08-14",
			"the day after tomorrow":               "2023-08-18/2023-08-18",
			"the week before last":                 "2023-07-31/2023-08-06",
			"the weekend after next":               "2023-09-02/2023-09-03",
			"the Friday before last":               "2023-08-04/2023-08-04",
			"the night before last":                "2023-08-14/2023-08-14",
			"the summer before last":               "2021-06-01/2021-08-31",
			"in the week before May 3, 2021":       "2021-04-26/2021-05-02",
			"the Sunday before October 25, 2022":   "2022-10-23/2022-10-23",
			"the Friday after May 3":               "2023-05-05/2023-05-05",
			"last weekend before April 10, 2023":   "2023-04-08/2023-04-09",
			"two weeks before May 15":              "2023-04-29/2023-05-03",
			"two days after May 3rd":               "2023-05-05/2023-05-05",
			"the day after the party":              "",
			"three days before the wedding":        "",
			"two weeks from now":                   "2023-08-28/2023-09-01",
			"half a year ago":                      "2022-12-18/2023-04-17",
			"a year ago today":                     "2022-08-16/2022-08-16",
			"three years ago in May":               "2020-05-01/2020-05-31",
			"two weeks ago on Monday":              "2023-07-31/2023-07-31",
			"after March":                          "2023-04-01/2123-08-15",
			"until last Friday":                    "1970-01-01/2023-08-11",
			"before the end of May 2021":           "1970-01-01/2021-05-20",
			"since last winter":                    "2022-12-01/2123-08-15",
			"what did she do after the late lunch": "",
		},
		"feasts": {
			"Christmas 2022":          "2022-12-25/2022-12-25",
			"last Christmas":          "2022-12-25/2022-12-25",
			"next Christmas Eve":      "2023-12-24/2023-12-24",
			"New Year's Eve 2021":     "2021-12-31/2021-12-31",
			"the week before Xmas":    "2022-12-18/2022-12-24",
			"since Halloween":         "2022-10-31/2123-08-15",
			"What was for Christmas?": "", // a thing to speak of
			"What is her new year's?": "",
		},
	} {
		for query, want := range queries {
			if got := spansOf(t, "en", query, now); got != want {
				t.Errorf("%s: %q names %q, want %q", what, query, got, want)
			}
		}
	}
}

// TestWhatIsStillOn: in winter, and in the months after the turn of a year.
func TestWhatIsStillOn(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, time.January, 10, 12, 0, 0, 0, time.UTC) // a Wednesday
	for query, want := range map[string]string{
		"this winter":             "2023-12-01/2024-02-29",
		"last winter":             "2022-12-01/2023-02-28",
		"next winter":             "2024-12-01/2025-02-28",
		"in winter":               "2023-12-01/2024-02-29",
		"last December":           "2023-12-01/2023-12-31",
		"this March":              "2024-03-01/2024-03-31",
		"between March and May":   "2023-03-01/2023-05-31",
		"from November to now":    "2023-11-01/2024-01-10",
		"from December 24 to 26":  "2023-12-24/2023-12-26",
		"on the 31st":             "2023-12-31/2023-12-31",
		"on the 15th":             "2023-12-15/2023-12-15",
		"February 29":             "2023-03-01/2023-03-01", // 2023 has none
		"next Wednesday":          "2024-01-17/2024-01-17",
		"this Wednesday":          "2024-01-10/2024-01-10",
		"Wednesday":               "2024-01-10/2024-01-10",
		"in March of last year":   "2023-03-01/2023-03-31",
		"the week before last":    "2023-12-25/2023-12-31",
		"the first Monday of May": "2023-05-01/2023-05-01",
	} {
		if got := spansOf(t, "en", query, now); got != want {
			t.Errorf("%q names %q, want %q", query, got, want)
		}
	}
}
