package dates_test

import "testing"

// TestDaysInWords: of what is no word of its own the month is read, which is sure.
func TestDaysInWords(t *testing.T) {
	t.Parallel()
	for language, queries := range map[string]map[string]string{
		"de": {
			"Was war am dritten Mai?":           "2023-05-03/2023-05-03",
			"am einunddreißigsten Januar 2022":  "2022-01-31/2022-01-31",
			"vom zweiten bis zum fünften Mai":   "2023-05-02/2023-05-05",
			"der erste Mai":                     "2023-05-01/2023-05-01",
			"die zweite Mai-Woche":              "2023-05-01/2023-05-31",
			"der zweite Freitag im Mai 2021":    "2021-05-01/2021-05-31",
			"seit dem ersten Mai":               "2023-05-01/2123-08-15",
			"Was habe ich am Dritten gemacht?":  "",
			"die zweite Frage, die dritte Mail": "",
		},
		"es": {
			"¿Qué pasó el dos de mayo?":       "2023-05-02/2023-05-02",
			"el veinticinco de diciembre":     "2022-12-25/2022-12-25",
			"del dos al cinco de mayo":        "2023-05-02/2023-05-05",
			"el dos y el tres de mayo":        "2023-05-02/2023-05-03",
			"el treinta y uno de mayo":        "2023-05-01/2023-05-31",
			"dos meses de mayo a julio":       "2023-05-01/2023-07-31",
			"hace dos años en mayo":           "2021-05-01/2021-05-31",
			"las dos primeras notas de abril": "2023-04-01/2023-04-30",
		},
		"fr": {"le deux mai": "2023-05-02/2023-05-02", "le vingt-deux mai": "2023-05-01/2023-05-31", "le vingt et un mai": "2023-05-01/2023-05-31", "le premier mai": "2023-05-01/2023-05-01"},
		"pt": {"no dia sete de setembro": "2022-09-07/2022-09-07", "vinte e dois de maio": "2023-05-01/2023-05-31", "primeiro de maio": "2023-05-01/2023-05-01"},
		"it": {"il due maggio": "2023-05-02/2023-05-02", "il ventidue maggio 2021": "2021-05-22/2021-05-22", "il primo maggio": "2023-05-01/2023-05-01"},
		"nl": {"op twee mei": "2023-05-02/2023-05-02", "op eenentwintig mei": "2023-05-21/2023-05-21", "de tweede mei": "2023-05-02/2023-05-02"},
	} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			reads(t, language, wednesday(), queries)
		})
	}
}

// TestDaysWithPoints, as German has them: where a day may stand, and nowhere else.
func TestDaysWithPoints(t *testing.T) {
	t.Parallel()
	reads(t, "de", wednesday(), map[string]string{
		"Was war am 3.5.?":             "2023-05-03/2023-05-03",
		"am 31.12.":                    "2022-12-31/2022-12-31",
		"am 1.1.":                      "2023-01-01/2023-01-01",
		"am 3.5.21":                    "2021-05-03/2021-05-03",
		"am 3.5.24":                    "2024-05-03/2024-05-03",
		"am 3.5.85":                    "1985-05-03/1985-05-03",
		"am 3.5.00":                    "2000-05-03/2000-05-03",
		"am 3.5.2b":                    "",
		"am 03.05.2021":                "2021-05-03/2021-05-03",
		"vom 3.5. bis 5.6.":            "2023-05-03/2023-06-05",
		"vom 3.5. bis zum 5.6.":        "2023-05-03/2023-06-05",
		"am Freitag, den 12.5.":        "2023-05-12/2023-05-12",
		"um 3.5 Prozent":               "",
		"Version 3.5 bis 4.2":          "",
		"am 31.13.":                    "",
		"am 32.5.":                     "",
		"am 0.5.":                      "",
		"am 3.5.2.1":                   "",
		"der 3.5 Liter große Behälter": "",
	})
	reads(t, "es", wednesday(), map[string]string{"a 3.5 de altura": ""})
}

// TestDaysWithStrokes: without a year, or with two figures of it, after a word that
// leads to a day. Elsewhere they may be fractions or times.
func TestDaysWithStrokes(t *testing.T) {
	t.Parallel()
	for language, queries := range map[string]map[string]string{
		"en": {
			"what happened on 5/17?":        "2023-05-17/2023-05-17",
			"what happened on 17/5?":        "2023-05-17/2023-05-17",
			"on 12/31":                      "2022-12-31/2022-12-31",
			"on 8/8":                        "2023-08-08/2023-08-08",
			"on 05/17/21":                   "2021-05-17/2021-05-17",
			"on 17/5/98":                    "1998-05-17/1998-05-17",
			"on 5/6":                        "",
			"on 13/13":                      "",
			"on 5/32":                       "",
			"who was on 24/7?":              "",
			"after 10:30":                   "",
			"a ratio of 3/20":               "",
			"what did we agree on, 5 or 17": "",
		},
		"fr": {"le 17/05": "2023-05-17/2023-05-17", "du 03/05 au 05/06": "2023-05-03/2023-06-05", "le 17/5/21": "2021-05-17/2021-05-17", "le 3/4 du temps": "", "à 17:05": ""},
		"es": {"el 17/5": "2023-05-17/2023-05-17", "a las 17:05": "", "el 5/17": ""},
		"pt": {"em 17/05": "2023-05-17/2023-05-17", "no dia 17/05": "2023-05-17/2023-05-17", "em 3/4 dos casos": ""},
		"it": {"il 17/05": "2023-05-17/2023-05-17", "dal 17/5 al 18/5": "2023-05-17/2023-05-18", "alle 17:05": ""},
		"nl": {"op 17/05": "2023-05-17/2023-05-17", "om 17:05": ""},
	} {
		reads(t, language, wednesday(), queries)
	}
}
