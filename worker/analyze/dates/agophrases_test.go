package dates_test

import "testing"

// TestWaysToSayHowLongAgo: now is Wednesday, 16 August 2023.
func TestWaysToSayHowLongAgo(t *testing.T) {
	t.Parallel()
	for language, queries := range map[string]map[string]string{
		"de": {
			"vor etwa zwei Wochen":         "2023-07-31/2023-08-04",
			"vor mehreren Wochen":          "2023-07-17/2023-07-21",
			"vor vierzehn Tagen":           "2023-08-02/2023-08-02",
			"vor einem halben Jahr":        "2022-12-18/2023-04-17",
			"im März vor zwei Jahren":      "2021-03-01/2021-03-31",
			"am Montag vor zwei Wochen":    "2023-07-31/2023-07-31",
			"heute vor einem Jahr":         "2022-08-16/2022-08-16",
			"am Montagabend letzter Woche": "2023-08-07/2023-08-07",
		},
		"fr": {
			"il y a environ deux semaines": "2023-07-31/2023-08-04",
			"il y a un an et demi":         "2021-12-18/2022-04-17",
			"il y a plus d'un an":          "2022-04-18/2022-12-14",
			"il y a quinze jours":          "2023-08-01/2023-08-01",
			"en mars il y a deux ans":      "2021-03-01/2021-03-31",
			"le premier mai":               "2023-05-01/2023-05-01",
			"cet après-midi":               "2023-08-16/2023-08-16",
		},
		"es": {
			"hace unas dos semanas":     "2023-07-31/2023-08-04",
			"hace más de un año":        "2022-04-18/2022-12-14",
			"hace un año y medio":       "2021-12-18/2022-04-17",
			"hace medio año":            "2022-12-18/2023-04-17",
			"hace varios meses":         "2023-04-06/2023-04-26",
			"en marzo hace dos años":    "2021-03-01/2021-03-31",
			"hoy hace un año":           "2022-08-16/2022-08-16",
			"el primero de mayo":        "2023-05-01/2023-05-01",
			"el fin de semana pasado":   "2023-08-12/2023-08-13",
			"este fin de semana":        "2023-08-19/2023-08-20",
			"cada fin de semana":        "",
			"el primer día de la feria": "",
		},
		"pt": {"vinte e cinco dias atrás": "", "no fim de semana passado": "2023-08-12/2023-08-13", "há um ano e meio": "2021-12-18/2022-04-17"},
		"it": {"un anno e mezzo fa": "2021-12-18/2022-04-17", "lo scorso fine settimana": "2023-08-12/2023-08-13", "a maggio due anni fa": "2021-05-01/2021-05-31"},
		"nl": {"maandagavond": "2023-08-14/2023-08-14", "een half jaar geleden": "2022-12-18/2023-04-17", "twintig dagen geleden": "2023-07-27/2023-07-27"},
	} {
		reads(t, language, wednesday(), queries)
	}
}
