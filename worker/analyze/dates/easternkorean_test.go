package dates_test

import "testing"

// TestHowLongAgoInKoreanWords: now is Wednesday, 16 August 2023.
func TestHowLongAgoInKoreanWords(t *testing.T) {
	t.Parallel()
	reads(t, "ko", wednesday(), map[string]string{
		"이틀 전에 누구를 만났어?": "2023-08-14/2023-08-14",
		"하루 전":           "2023-08-15/2023-08-15",
		"열흘 전에는 뭐 했어?":   "2023-08-06/2023-08-06",
		"일주일 전에 산 책":     "2023-08-07/2023-08-11",
		"한 달 전":          "2023-07-06/2023-07-26",
		"두달 전의 회의":       "2023-06-06/2023-06-26",
		"삼 년 전 사진":       "2020-04-18/2020-12-14",
		"몇 주 전":          "2023-07-24/2023-07-28",
		"이틀 동안 뭐 했어?":    "",
		"한 사람 전":         "",
		"전에 말한 이야기":      "",
		"세 번 전화했어":       "",
		"두 달에 한 번":       "",
	})
}
