package dates_test

import "testing"

// TestWaysToSaySinceAndUntil: now is Wednesday, 16 August 2023.
func TestWaysToSaySinceAndUntil(t *testing.T) {
	t.Parallel()
	for language, queries := range map[string]map[string]string{
		"en": {
			"from March onwards":                          "2023-03-01/2123-08-15",
			"from May 3 on":                               "2023-05-03/2123-08-15",
			"notes from March on the budget":              "2023-03-01/2023-03-31",
			"starting in March":                           "2023-03-01/2123-08-15",
			"starting last Friday":                        "2023-08-11/2123-08-15",
			"we are starting a project":                   "",
			"prior to May 3":                              "1970-01-01/2023-05-02",
			"up to the end of May":                        "1970-01-01/2023-05-31",
			"is it up to me this week":                    "2023-08-14/2023-08-20",
			"since the beginning of the year":             "2023-01-01/2123-08-15",
			"since the middle of the movie":               "",
			"before the month of May":                     "1970-01-01/2023-04-30",
			"before the year 2021":                        "1970-01-01/2020-12-31",
			"in the last year":                            "2022-08-16/2023-08-16",
			"within the last week":                        "2023-08-09/2023-08-16",
			"during the last quarter":                     "2023-04-01/2023-06-30",
			"in the coming weeks":                         "", // some time ahead
			"between Christmas and New Year":              "2022-12-25/2023-01-01",
			"the week prior to May 3":                     "2023-04-26/2023-05-02",
			"the day following May 3":                     "2023-05-04/2023-05-04",
			"January, April and June 2022":                "2022-01-01/2022-01-31 2022-04-01/2022-04-30 2022-06-01/2022-06-30",
			"March and May 2022 or in June 2023":          "2022-03-01/2022-03-31 2022-05-01/2022-05-31 2023-06-01/2023-06-30",
			"did she march or may he go":                  "",
			"after the first half of 2022":                "2022-07-01/2123-08-15",
			"what did we say up until last week?":         "1970-01-01/2023-08-13",
			"what had we decided by March":                "1970-01-01/2023-03-31",
			"is it done by the end of May?":               "1970-01-01/2023-05-31",
			"by May 3rd":                                  "1970-01-01/2023-05-03",
			"by 2021":                                     "1970-01-01/2021-12-31",
			"by last Friday":                              "1970-01-01/2023-08-11",
			"finish it by Friday":                         "1970-01-01/2023-08-18", // which is nearer than the last
			"before the 20th":                             "1970-01-01/2023-08-19",
			"what is to do by Christmas?":                 "1970-01-01/2023-12-25",
			"by the end of September":                     "1970-01-01/2023-09-30",
			"until the end of the week":                   "1970-01-01/2023-08-20",
			"by the end of the year":                      "1970-01-01/2023-12-31",
			"no later than Friday":                        "1970-01-01/2023-08-18",
			"not later than May 3":                        "1970-01-01/2023-05-03",
			"after October and before December":           "2022-11-01/2022-11-30", // and not up to the one to come
			"since the weekend":                           "2023-08-12/2123-08-15",
			"before the weekend":                          "1970-01-01/2023-08-18",
			"from Monday evening until Wednesday morning": "2023-08-14/2023-08-16",
			"from early March to late May 2021":           "2021-03-01/2021-05-31",
			"before October or after June 5, 2021":        "1970-01-01/2023-09-30 2021-06-06/2123-08-15",
			"no later than the others":                    "",
			"by the way":                                  "",
			"step by step, day by day":                    "",
			"by the time of the meeting":                  "",
			"we are paid by the week":                     "",
			"up by 2000 points":                           "",
		},
		"de": {
			"seit Anfang des Jahres":        "2023-01-01/2123-08-15",
			"vor dem Monat März":            "1970-01-01/2023-02-28",
			"seit dem Jahr 2021":            "2021-01-01/2123-08-15",
			"in den nächsten Wochen":        "",
			"bis Ende der Woche":            "1970-01-01/2023-08-20",
			"vor Freitag":                   "1970-01-01/2023-08-17",
			"Anfang Mai bis Ende Juni 2021": "2021-05-01/2021-06-30",
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
