package dates_test

import "testing"

// TestWaysToSaySinceAndUntil: now is Wednesday, 16 August 2023.
func TestWaysToSaySinceAndUntil(t *testing.T) {
	t.Parallel()
	for language, queries := range map[string]map[string]string{
		"de": {
			"seit Anfang des Jahres": "2023-01-01/2123-08-15",
			"vor dem Monat März":     "1970-01-01/2023-02-28",
			"seit dem Jahr 2021":     "2021-01-01/2123-08-15",
			"in den nächsten Wochen": "",
		},
		"fr": {
			"à partir du 3 mai":                "2023-05-03/2123-08-15",
			"dès lundi":                        "2023-08-14/2123-08-15",
			"au cours des trois derniers mois": "2023-05-16/2023-08-16",
			"depuis le début de l'année":       "2023-01-01/2123-08-15",
			"avant le mois de mars":            "1970-01-01/2023-02-28",
			"les prochaines semaines":          "",
		},
		"es": {
			"a partir de marzo":        "2023-03-01/2123-08-15",
			"desde principios de año":  "2023-01-01/2123-08-15",
			"antes del año 2021":       "1970-01-01/2020-12-31",
			"en las próximas semanas":  "",
			"desde hace dos semanas":   "2023-07-31/2123-08-15",
			"fin de semana sin planes": "",
		},
		"pt": {"a partir de março": "2023-03-01/2123-08-15"},
	} {
		reads(t, language, wednesday(), queries)
	}
}
