package dates_test

import "testing"

// TestMorePhrasesOfEurope: now is Wednesday, 16 August 2023, as above all.
func TestMorePhrasesOfEurope(t *testing.T) {
	t.Parallel()
	for language, queries := range map[string]map[string]string{
		"de": {
			"bis spätestens Freitag":         "1970-01-01/2023-08-18",
			"seit etwa drei Wochen":          "2023-07-26/2123-08-15",
			"Kinder ab zwei Jahren":          "",
			"vor genau einem Jahr":           "2022-04-18/2022-12-14",
			"vor ein oder zwei Wochen":       "2023-07-31/2023-08-04",
			"vor zwei, drei Wochen":          "2023-07-24/2023-07-28",
			"zwei oder drei Leute":           "",
			"im letzten halben Jahr":         "2023-02-16/2023-08-16",
			"am Freitag in einer Woche":      "2023-08-25/2023-08-25",
			"heute in zwei Wochen":           "2023-08-30/2023-08-30",
			"am Montag in der Schule":        "2023-08-14/2023-08-14",
			"am Wochenende":                  "2023-08-12/2023-08-13",
			"vor dem Wochenende":             "1970-01-01/2023-08-18",
			"bis zum Sommer":                 "1970-01-01/2023-08-31",
			"letztes Weihnachten":            "2022-12-25/2022-12-25",
			"Weihnachten vor drei Jahren":    "2020-12-25/2020-12-25",
			"an Silvester":                   "2022-12-31/2022-12-31",
			"eine Woche vor Weihnachten":     "2022-12-16/2022-12-20",
			"Was weißt du über Weihnachten?": "",
			"jedes Weihnachten":              "",
		},
		"fr": {
			"jusqu'à mars": "1970-01-01/2023-03-31",
			"Qu'avions-nous décidé jusqu'en mars ?": "1970-01-01/2023-03-31",
			"de mars jusqu'à mai":                   "2023-03-01/2023-05-31",
			"depuis mars jusqu'à mai":               "2023-03-01/2023-05-31",
			"d'ici la fin du mois":                  "1970-01-01/2023-08-31",
			"je suis ici lundi":                     "2023-08-14/2023-08-14",
			"au plus tard vendredi":                 "1970-01-01/2023-08-18",
			"depuis trois semaines":                 "2023-07-26/2123-08-15",
			"il y a deux ou trois semaines":         "2023-07-24/2023-07-28",
			"vendredi en huit":                      "2023-08-25/2023-08-25",
			"ces derniers mois":                     "2023-05-16/2023-08-16",
			"le mois dernier":                       "2023-07-01/2023-07-31",
			"pendant l'été":                         "2023-06-01/2023-08-31",
			"Il a depuis été malade":                "",
			"il a été il y a deux ans à Rome":       "2021-04-18/2021-12-14",
			"à Noël":                                "2022-12-25/2022-12-25",
			"la veille de Noël 2021":                "2021-12-24/2021-12-24",
			"un cadeau de Noël":                     "",
		},
		"es": {
			"a más tardar el viernes":   "1970-01-01/2023-08-18",
			"en marzo de hace dos años": "2021-03-01/2021-03-31",
			"hace una o dos semanas":    "2023-07-31/2023-08-04",
			"el lunes en dos semanas":   "2023-09-04/2023-09-04",
			"el fin de semana":          "2023-08-12/2023-08-13",
			"hasta fin de mes":          "1970-01-01/2023-08-31",
			"durante el verano":         "2023-06-01/2023-08-31",
			"Navidad hace tres años":    "2020-12-25/2020-12-25",
			"la Navidad pasada":         "2022-12-25/2022-12-25",
			"anteanoche":                "2023-08-14/2023-08-14",
			"una caja de Navidad":       "",
		},
		"pt": {
			"até o fim do mês":            "1970-01-01/2023-08-31",
			"em março de dois anos atrás": "2021-03-01/2021-03-31",
			"há uma ou duas semanas":      "2023-07-31/2023-08-04",
			"no fim de semana":            "2023-08-12/2023-08-13",
			"no Natal":                    "2022-12-25/2022-12-25",
			"vive em Natal":               "", // a town
		},
		"it": {
			"entro marzo":               "1970-01-01/2023-03-31",
			"entro la fine dell'anno":   "1970-01-01/2023-12-31",
			"sino al 3 maggio":          "1970-01-01/2023-05-03",
			"un viaggio da due giorni":  "",
			"nel marzo di due anni fa":  "2021-03-01/2021-03-31",
			"l'estate di due anni fa":   "2021-06-01/2021-08-31",
			"venerdì tra una settimana": "2023-08-25/2023-08-25",
			"nel fine settimana":        "2023-08-12/2023-08-13",
			"a Natale":                  "2022-12-25/2022-12-25",
			"fino all'estate":           "1970-01-01/2023-08-31",
			"stanotte":                  "2023-08-16/2023-08-16",
		},
		"nl": {
			"uiterlijk vrijdag":          "1970-01-01/2023-08-18",
			"sinds drie weken":           "2023-07-26/2123-08-15",
			"vrijdag over een week":      "2023-08-25/2023-08-25",
			"in het weekend":             "2023-08-12/2023-08-13",
			"met Kerstmis 2022":          "2022-12-25/2022-12-25",
			"wat weet je over kerst":     "",
			"een weekend weg":            "",
			"een of twee dagen geleden":  "2023-08-14/2023-08-14",
			"tot het einde van de maand": "1970-01-01/2023-08-31",
		},
	} {
		reads(t, language, wednesday(), queries)
	}
}
