package dates_test

import "testing"

// TestWhatHasTheNameOfATimeIsNone: things of a season, and who is called like one or
// like a month. Now is Wednesday, 16 August 2023.
func TestWhatHasTheNameOfATimeIsNone(t *testing.T) {
	t.Parallel()
	reads(t, "en", wednesday(), map[string]string{
		"Where did I buy my winter coat?":       "",
		"the summer dress, and a spring roll":   "",
		"What did Summer say on Friday?":        "2023-08-11/2023-08-11",
		"What did June say in May?":             "2023-05-01/2023-05-31",
		"Has April moved?":                      "",
		"Does August like tea?":                 "",
		"How did June 2021 go?":                 "2021-06-01/2021-06-30",
		"How was June?":                         "2023-06-01/2023-06-30",
		"the June budget":                       "2023-06-01/2023-06-30",
		"the winter coat of last winter":        "2022-12-01/2023-02-28",
		"What did we do over the winter?":       "2022-12-01/2023-02-28",
		"What did we plan for the summer?":      "2023-06-01/2023-08-31",
		"Who came throughout spring?":           "2023-03-01/2023-05-31",
		"this past winter":                      "2022-12-01/2023-02-28",
		"the previous autumn":                   "2022-09-01/2022-11-30",
		"from spring to fall 2021":              "2021-03-01/2021-11-30",
		"the fall of last year":                 "2022-09-01/2022-11-30",
		"the fall of the government":            "",
		"winter before last":                    "2021-12-01/2022-02-28",
		"the summer two years ago":              "2021-06-01/2021-08-31",
		"late winter":                           "2023-01-30/2023-02-28",
		"the beginning of summer":               "2023-06-01/2023-06-30",
		"What do they want to fall back on":     "",
		"What is the summer of the year called": "",
	})
}
