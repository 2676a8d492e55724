package dates_test

import "testing"

// TestDatesOfOtherLanguages: now is a Wednesday, as in TestDates.
func TestDatesOfOtherLanguages(t *testing.T) {
	t.Parallel()
	for language, queries := range map[string]map[string]string{
		"de": {
			"Was haben wir gestern besprochen?":     "2023-08-15/2023-08-15",
			"vorgestern Abend":                      "2023-08-14/2023-08-14",
			"letzten Freitag":                       "2023-08-11/2023-08-11",
			"am Montag":                             "2023-08-14/2023-08-14",
			"in der letzten Woche":                  "2023-08-07/2023-08-13",
			"vor zwei Wochen":                       "2023-07-31/2023-08-04",
			"vor ein paar Monaten":                  "2023-06-06/2023-06-26",
			"in den letzten zwei Wochen":            "2023-08-02/2023-08-16",
			"am 3. Mai 2023":                        "2023-05-03/2023-05-03",
			"im März":                               "2023-03-01/2023-03-31",
			"im Sommer 2021":                        "2021-06-01/2021-08-31",
			"zwischen dem 3. Mai und dem 5. Juni":   "2023-05-03/2023-06-05",
			"Wer ist vor Anna angekommen?":          "",
			"Was ist der Sommer ohne Regen?":        "",
			"Was stand am 2023-05-03 im Protokoll?": "2023-05-03/2023-05-03",
		},
		"fr": {
			"Qu'est-ce qu'il a dit hier soir ?": "2023-08-15/2023-08-15",
			"avant-hier":                        "2023-08-14/2023-08-14",
			"aujourd'hui":                       "2023-08-16/2023-08-16",
			"vendredi dernier":                  "2023-08-11/2023-08-11",
			"la semaine dernière":               "2023-08-07/2023-08-13",
			"il y a deux semaines":              "2023-07-31/2023-08-04",
			"ces trois derniers jours":          "2023-08-13/2023-08-16",
			"le 1er mai 2023":                   "2023-05-01/2023-05-01",
			"en mars":                           "2023-03-01/2023-03-31",
			"l'été dernier":                     "2022-06-01/2022-08-31",
			"du 3 au 5 mai":                     "2023-05-03/2023-05-05",
			"Il y a une table":                  "",
			"Il a été malade":                   "",
		},
		"es": {
			"¿Qué pasó ayer?":         "2023-08-15/2023-08-15",
			"el viernes pasado":       "2023-08-11/2023-08-11",
			"la semana pasada":        "2023-08-07/2023-08-13",
			"el mes pasado":           "2023-07-01/2023-07-31",
			"hace tres días":          "2023-08-13/2023-08-13",
			"las últimas dos semanas": "2023-08-02/2023-08-16",
			"el 3 de mayo de 2023":    "2023-05-03/2023-05-03",
			"en marzo":                "2023-03-01/2023-03-31",
			"de marzo a mayo":         "2023-03-01/2023-05-31",
			"hace la tarea":           "",
		},
		"pt": {
			"O que aconteceu ontem à noite?": "2023-08-15/2023-08-15",
			"na sexta-feira passada":         "2023-08-11/2023-08-11",
			"há duas semanas":                "2023-07-31/2023-08-04",
			"duas semanas atrás":             "2023-07-31/2023-08-04",
			"no mês passado":                 "2023-07-01/2023-07-31",
			"3 de maio de 2023":              "2023-05-03/2023-05-03",
		},
		"it": {
			"Che cosa è successo ieri?": "2023-08-15/2023-08-15",
			"venerdì scorso":            "2023-08-11/2023-08-11",
			"la settimana scorsa":       "2023-08-07/2023-08-13",
			"due settimane fa":          "2023-07-31/2023-08-04",
			"il 3 maggio 2023":          "2023-05-03/2023-05-03",
			"nel marzo 2022":            "2022-03-01/2022-03-31",
			"chi fa la spesa":           "",
		},
		"nl": {
			"Wat is er gisteren gebeurd?": "2023-08-15/2023-08-15",
			"afgelopen vrijdag":           "2023-08-11/2023-08-11",
			"vorige week":                 "2023-08-07/2023-08-13",
			"twee weken geleden":          "2023-07-31/2023-08-04",
			"op 3 mei 2023":               "2023-05-03/2023-05-03",
			"vorig weekend of zo":         "2023-08-12/2023-08-13",
			"het afgelopen weekend":       "2023-08-12/2023-08-13",
		},
		"ja": {
			"3月14日に何をしましたか":    "2023-03-14/2023-03-14",
			"2022年3月14日":       "2022-03-14/2022-03-14",
			"昨日の会議":            "2023-08-15/2023-08-15",
			"先週の話":             "2023-08-07/2023-08-13",
			"2週間前":             "2023-07-31/2023-08-04",
			"10月の予定":           "2022-10-01/2022-10-31",
			"去年の夏":             "2022-06-01/2022-08-31",
			"日本の会議":            "",
			"猫が3匹います":          "",
			"2021年に買ったものは何ですか": "2021-01-01/2021-12-31",
		},
		"zh": {"昨天说了什么": "2023-08-15/2023-08-15", "3月14号": "2023-03-14/2023-03-14", "上个月": "2023-07-01/2023-07-31", "5天前": "2023-08-11/2023-08-11"},
		"ko": {"3월 14일에 뭐 했어?": "2023-03-14/2023-03-14", "어제 회의": "2023-08-15/2023-08-15", "3일 전에": "2023-08-13/2023-08-13"},
	} {
		reads(t, language, wednesday(), queries)
	}
}

// TestALanguagesDatesAreReadWhereItIsDetected: nobody names the language.
func TestALanguagesDatesAreReadWhereItIsDetected(t *testing.T) {
	t.Parallel()
	reads(t, "", wednesday(), map[string]string{
		"Was habe ich gestern mit dem Arzt besprochen?":        "2023-08-15/2023-08-15",
		"¿Qué dijo el médico la semana pasada?":                "2023-08-07/2023-08-13",
		"Qu'est-ce que nous avons fait il y a deux semaines ?": "2023-07-31/2023-08-04",
		"昨日の会議では何を決めましたか":                                      "2023-08-15/2023-08-15",
	})
}
