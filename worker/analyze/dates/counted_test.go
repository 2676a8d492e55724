package dates_test

import "testing"

// TestWhatIsCountedIsNoYear: and what may be of a year is.
func TestWhatIsCountedIsNoYear(t *testing.T) {
	t.Parallel()
	for language, queries := range map[string]map[string]string{
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
