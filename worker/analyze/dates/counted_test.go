package dates_test

import "testing"

// TestWhatIsCountedIsNoYear: and what may be of a year is.
func TestWhatIsCountedIsNoYear(t *testing.T) {
	t.Parallel()
	for language, queries := range map[string]map[string]string{
		"en": {
			"we have 2000 users":                           "",
			"2024 items in the list":                       "",
			"it costs 1999 euros":                          "",
			"a budget of 2000 dollars":                     "",
			"2000 people came in 2021":                     "2021-01-01/2021-12-31",
			"in 2000 users complained":                     "2000-01-01/2000-12-31",
			"since 2020 users complained":                  "2020-01-01/2123-08-15",
			"in the spring of 2020 users complained":       "2020-03-01/2020-05-31",
			"in May 2021 people moved":                     "2021-05-01/2021-05-31",
			"the 2021 goals":                               "2021-01-01/2021-12-31",
			"2021 photos":                                  "2021-01-01/2021-12-31",
			"room 2012":                                    "",
			"does it listen on port 2049?":                 "",
			"what did I write about error 2002 on May 3rd": "2023-05-03/2023-05-03",
		},
		"de": {"2000 Nutzer": "", "wir haben 1999 Euro bezahlt": "", "im Jahr 2000 Nutzer": "2000-01-01/2000-12-31", "Ziele 2021": "2021-01-01/2021-12-31"},
		"fr": {"un budget de 2000 euros": "", "2000 utilisateurs": "", "en 2000 personnes": "2000-01-01/2000-12-31"},
		"es": {"un presupuesto de 2000 euros": "", "2000 usuarios": "", "en mayo de 2021 usuarios": "2021-05-01/2021-05-31"},
		"pt": {"2000 pessoas em 2021": "2021-01-01/2021-12-31"},
		"it": {"2000 euro": ""},
		"nl": {"2000 gebruikers": ""},
	} {
		reads(t, language, wednesday(), queries)
	}
}
