package dates_test

import "testing"

// TestDaysOfAMonthInEnglish: what follows a day may be another, and may be an hour or
// be counted. Now is Wednesday, 16 August 2023.
func TestDaysOfAMonthInEnglish(t *testing.T) {
	t.Parallel()
	reads(t, "en", wednesday(), map[string]string{
		"on May 3-5":                                      "2023-05-03/2023-05-05",
		"on May 3 to 5, 2021":                             "2021-05-03/2021-05-05",
		"3rd, 4th and 5th of May":                         "2023-05-03/2023-05-05",
		"what was on May 3, 5 pm?":                        "2023-05-03/2023-05-03",
		"what was on May 3, 5 a.m.?":                      "2023-05-03/2023-05-03",
		"the call on May 3rd, 10 o'clock":                 "2023-05-03/2023-05-03",
		"on May 3 14:02":                                  "2023-05-03/2023-05-03",
		"on May 3 14:00":                                  "2023-05-03/2023-05-03",
		"at 2 pm on May 3":                                "2023-05-03/2023-05-03",
		"on May 3 12 people complained":                   "2023-05-03/2023-05-03",
		"what did we say the 3rd of last month?":          "2023-07-03/2023-07-03",
		"on the 31st of last month":                       "2023-07-31/2023-07-31",
		"since the 30th of last month":                    "2023-07-30/2123-08-15",
		"the 30th of last month to the 5th of this month": "2023-07-30/2023-08-05",
		"on the 5th of this month":                        "2023-08-05/2023-08-05",
		"the 3rd of last year":                            "2022-01-01/2022-12-31",
		"on the 3rd of the list":                          "",
		"on July the fourth":                              "2023-07-04/2023-07-04",
		"since July the twenty-first, 2021":               "2021-07-21/2123-08-15",
		"on March the team met":                           "2023-03-01/2023-03-31",
	})
}
