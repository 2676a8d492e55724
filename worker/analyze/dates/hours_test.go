package dates_test

import "testing"

// TestAnHourIsNoDay: what stands before a day may be an hour, of the day and no day
// before it. Now is Wednesday, 16 August 2023.
func TestAnHourIsNoDay(t *testing.T) {
	t.Parallel()
	for language, queries := range map[string]map[string]string{
		"de": {
			"um 5 am 20. Mai":               "2023-05-20/2023-05-20",
			"gegen 5 am 20. Mai":            "2023-05-20/2023-05-20",
			"am 20. Mai um 5":               "2023-05-20/2023-05-20",
			"am 3., am 4. und am 5. Mai":    "2023-05-03/2023-05-05",
			"Was war am 31. letzten Monats": "2023-07-01/2023-07-31", // and not the last 31 months
			"in den 2 letzten Wochen":       "2023-08-02/2023-08-16",
		},
		"es": {
			"a las 5 del 20 de mayo":          "2023-05-20/2023-05-20",
			"de las 5 a las 7 del 20 de mayo": "2023-05-20/2023-05-20",
			"el 3, el 4 y el 5 de mayo":       "2023-05-03/2023-05-05",
		},
		"fr": {"à 17 h le 20 mai": "2023-05-20/2023-05-20", "le 3, le 4 et le 5 mai": "2023-05-03/2023-05-05", "les 3 derniers mois": "2023-05-16/2023-08-16"},
		"pt": {"às 5 do dia 20 de maio": "2023-05-20/2023-05-20", "das 5 às 7 de 20 de maio": "2023-05-20/2023-05-20"},
		"it": {"alle 5 del 20 maggio": "2023-05-20/2023-05-20", "dalle 5 alle 7 del 20 maggio": "2023-05-20/2023-05-20"},
		"nl": {"om 5 op 20 mei": "2023-05-20/2023-05-20", "de afgelopen 3 jaar": "2020-08-16/2023-08-16"},
		"zh": {"昨天上午10点到12点": "2023-08-15/2023-08-15", "5月3日10:00": "2023-05-03/2023-05-03"},
		"ja": {"昨日の3時から5時まで": "2023-08-15/2023-08-15", "5月3日の10時から": "2023-05-03/2023-05-03"},
		"ko": {"5월 3일 오후 5시": "2023-05-03/2023-05-03", "지난달에서 이번달까지": "2023-07-01/2023-08-31"},
	} {
		reads(t, language, wednesday(), queries)
	}
}
