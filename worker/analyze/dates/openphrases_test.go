package dates_test

import "testing"

// TestWaysToSaySinceAndUntil: now is Wednesday, 16 August 2023.
func TestWaysToSaySinceAndUntil(t *testing.T) {
	t.Parallel()
	for language, queries := range map[string]map[string]string{
		"en": {
			"from March onwards":                  "2023-03-01/2123-08-15",
			"from May 3 on":                       "2023-05-03/2123-08-15",
			"notes from March on the budget":      "2023-03-01/2023-03-31",
			"starting in March":                   "2023-03-01/2123-08-15",
			"starting last Friday":                "2023-08-11/2123-08-15",
			"we are starting a project":           "",
			"prior to May 3":                      "1970-01-01/2023-05-02",
			"up to the end of May":                "1970-01-01/2023-05-31",
			"is it up to me this week":            "2023-08-14/2023-08-20",
			"since the beginning of the year":     "2023-01-01/2123-08-15",
			"since the middle of the movie":       "",
			"before the month of May":             "1970-01-01/2023-04-30",
			"before the year 2021":                "1970-01-01/2020-12-31",
			"in the last year":                    "2022-08-16/2023-08-16",
			"within the last week":                "2023-08-09/2023-08-16",
			"during the last quarter":             "2023-04-01/2023-06-30",
			"in the coming weeks":                 "", // some time ahead
			"between Christmas and New Year":      "2022-12-25/2023-01-01",
			"the week prior to May 3":             "2023-04-26/2023-05-02",
			"the day following May 3":             "2023-05-04/2023-05-04",
			"January, April and June 2022":        "2022-01-01/2022-01-31 2022-04-01/2022-04-30 2022-06-01/2022-06-30",
			"March and May 2022 or in June 2023":  "2022-03-01/2022-03-31 2022-05-01/2022-05-31 2023-06-01/2023-06-30",
			"did she march or may he go":          "",
			"after the first half of 2022":        "2022-07-01/2123-08-15",
			"what did we say up until last week?": "1970-01-01/2023-08-13",
		},
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
