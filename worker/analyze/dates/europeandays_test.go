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
		"am 3.5.2.1":                   "",
		"der 3.5 Liter große Behälter": "",
	})
	reads(t, "es", wednesday(), map[string]string{"a 3.5 de altura": ""})
}
