package analyze

import (
	"slices"
	"testing"
	"time"

	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/assemble"
)

func TestWordsAreFoundInOtherForms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, word string }{
		{"She went running with her kids.", "run"},
		{"She went running with her kids.", "children"},
		{"took the doggo to the vet w my gf", "girlfriend's dog"},
		{"I BOUGHT three books", "buying"},
		{"Caroline's camera broke", "caroline"},
		{"we don’t need cameras", "camera"},
		{"call getUserName(id) first", "user"},
		{"call parseURL(s) first", "url"},
		{"the HTTPServer is down", "server"},
		{"the HTTPServer is down", "http"},
		{"an XMLHttpRequest failed", "request"},
		{"see config_file.yaml", "config"},
		{"it cost 12,000,000 yen", "12000000"},
		{"it cost 1000.50 dollars", "1,000.50"},
		{"a naïve café", "cafe"},
		{"Die Häuser sind nicht sehr groß und das ist gut", "Haus"},
		{"Les chevaux de l'homme ne sont pas dans le jardin", "homme"},
		{"Mis perros son muy buenos y los quiero", "perro"},
		{"Мы не были в новых городах", "города"},
		{"We met at the cafe\u0301 Ze\u0301nith", "zénith"},
		{"We met at the café Zénith", "ze\u0301nith"},
		{"an eﬃcient kitchen with ﬂour", "efficient"},
		{"die Ver\u00adsicherung", "Versicherung"},
		{"Versicherung", "Ver\u00adsicherung"},
		{"\u200fשלום\u200f עולם", "שלום"},
		{"می\u200cخواهم", "میخواهم"},
		{"Tôi sống ở Hà Nội", "noi"},
		{"Phan Nguyễn moved in", "nguyen"},
		{"Το σπίτι είναι στον δρόμο της Αθήνας", "ΣΠΙΤΙ"},
		{"Ο ΔΡΟΜΟΣ", "δρόμος"},
		{"Мы купили ёлку на рынке", "елка"},
		{"Мы купили елку на рынке", "ёлки"},
		{"Straße gesperrt", "STRASSE"},
		{"Strasse gesperrt", "straße"},
		{"J'ai mal au cœur et ma sœur aussi", "coeur"},
		{"İstanbul'da yaşıyorum ve çok güzel", "İstanbul"},
		{"İstanbul’dan geldim ve çok güzel", "istanbul'a"},
		{"지난주에 서울에서 친구를 만났어요", "서울"},
		{"지난주에 서울에서 친구를 만났어요", "친구"},
		{"고양이에게는 밥을 줬다", "고양이"},
		{"고양이", "고양이를"},
		{"フ\u309aールに行きました", "プール"},
		{"\u1109\u1165\u110b\u116e\u11af", "서울"},
		{"コードはＡＢＣ１２３です", "abc123"},
		{"昨日東京で猫を見ました", "東京"},
		{"昨日東京で猫を見ました", "猫"},
		{"我喜欢北京烤鸭", "北京"},
		{"ฉันชอบแมว", "แมว"},
	} {
		if it := analysed(t, c.text); !holds(t, it, c.word) {
			t.Errorf("%q (%s) is not found by %q", c.text, it.Language, c.word)
		}
	}
}

// TestNumbersAndCapitalsThatAreNoParts: what only looks like thousands, or like
// words, is not taken apart.
func TestNumbersAndCapitalsThatAreNoParts(t *testing.T) {
	t.Parallel()
	for text, other := range map[string]string{"1,5 litres": "15", "1,0000 parts": "10000", "at 12345,678": "12345678", "two IDs": "ds", "some APIs": "ap"} {
		if it := analysed(t, text); holds(t, it, other) {
			t.Errorf("%q is found by %q", text, other)
		}
	}
}

// TestFrenchWordsWithAnApostropheAreKnownWhole, unless it is another's that stands before.
func TestFrenchWordsWithAnApostropheAreKnownWhole(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"jusqu'à": 0, "d'ici": 0, "l'homme": 1, "qu'un homme": 1} {
		it := page.Item{Role: page.User, Text: text, Language: "fr"}
		if testAnalyzer(t).Item(&it); len(it.Terms) != want {
			t.Errorf("%q has %d words, want %d", text, len(it.Terms), want)
		}
	}
}

// TestNoWordIsEmpty, were all of it a sign that is not seen: of the last word of a
// text the last letter is looked at.
func TestNoWordIsEmpty(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"п_\u200f", "a_\u200f\u200f", "aB\u200f_\u200f", "x.\u200f\u200fy"} {
		for _, term := range testAnalyzer(t).Query(text, "", time.Time{}).Terms {
			if term.Word == "" {
				t.Errorf("%q has an empty word", text)
			}
		}
	}
}

// TestWordsAreFoundTogetherOrApart: a number with its unit, and what a hyphen joins,
// by those who write it the other way, and both as what it is.
func TestWordsAreFoundTogetherOrApart(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"10kg", "10 kg", "10-kg"}, {"5pm", "5 pm"}, {"90Min", "90 min"}, {"1,500m", "1500 m"}, {"2.4GHz", "2.4 ghz"},
		{"e-mail", "email"}, {"Wi-Fi", "wifi", "Wi\u2011Fi"}, {"log-in", "login", "logins"}, {"covid-19", "Covid19"}, {"t-shirts", "tshirt"},
	} {
		for _, stored := range same {
			it := analysed(t, "We spoke of the "+stored+" there.")
			for _, query := range same {
				terms := testAnalyzer(t).Query("the "+query, "en", time.Time{}).Terms
				if !slices.ContainsFunc(terms, func(q assemble.Term) bool { return isTerm(it, q.Hash) }) {
					t.Errorf("%q is not found by %q", stored, query)
				}
			}
		}
	}
}

// TestVariantsAreNoWords: they make no text longer, stand in no date's way and are not
// looked for beside it, and are asked where their words are.
func TestVariantsAreNoWords(t *testing.T) {
	t.Parallel()
	for text, other := range map[string]string{"2023-05-17": "202305", "on the 3rd": "rd", "state-of-the-art": "ofthe", "0x10kg": "kg", "10 - kg": "10kg", "a - mail": "amail"} {
		if it := analysed(t, text); holds(t, it, other) {
			t.Errorf("%q is found by %q", text, other)
		}
	}
	for _, number := range []string{"3rd", "0x10kg", "17t10", "1e5x"} {
		if it := analysed(t, number); len(it.Terms) != 1 {
			t.Errorf("%q has %d words", number, len(it.Terms))
		}
	}
	if it := analysed(t, "Is the e-mail there? It has 10kg."); it.WordsQ != 1 || it.WordsD != 1 || len(it.Terms) != 5 || !slices.ContainsFunc(it.Terms, func(t page.Term) bool { return t.Q == 1 }) {
		t.Errorf("%d words are asked and %d stated, of %+v", it.WordsQ, it.WordsD, it.Terms)
	}
	for query, c := range map[string]struct{ language, joined string }{
		"in mid-May 10kg": {"en", "midmay"}, "na sexta-feira passada": {"pt", "sextafeira"}, "the log-in": {"en", ""},
	} {
		q := testAnalyzer(t).Query(query, c.language, time.Now())
		if len(q.Spans) != min(1, len(c.joined)) {
			t.Errorf("%q has the dates %v", query, q.Spans)
		}
		for _, term := range q.Terms {
			if c.joined != "" && term.Hash == testAnalyzer(t).Query(c.joined, c.language, time.Now()).Terms[0].Hash {
				t.Errorf("%q is looked for by %q", query, c.joined)
			}
			if term.Word == "login" {
				t.Errorf("%q asks for slips of %q", query, term.Word)
			}
		}
	}
}

// TestAcronymsThatAreStopWordsInSmallLetters are found as what they are, and with
// their points, where a text is not all in capitals.
func TestAcronymsThatAreStopWordsInSmallLetters(t *testing.T) {
	t.Parallel()
	for text, found := range map[string][2]bool{
		"She moved to the US in May":   {true, false},
		"She moved to the U.S. in May": {true, false},
		"US visa":                      {true, false},
		"my brother works in IT":       {false, true},
		"ask the I.T. department":      {false, true},
		"she told us that it is":       {false, false},
		"in the UK, US and EU":         {true, false},
		"SHE TOLD US THAT":             {false, false},
		"I LOVE IT":                    {false, false},
		"I sold the bus":               {false, false},
		"BUT I live in the US":         {true, false},
	} {
		it := analysed(t, text)
		for i, acronym := range []string{"US", "IT"} {
			if holds(t, it, acronym) != found[i] {
				t.Errorf("%q is found by %q: %v", text, acronym, !found[i])
			}
		}
	}
	if it := analysed(t, "the US"); it.WordsD != 1 {
		t.Errorf("an acronym is %d words", it.WordsD)
	}
}

func isTerm(it page.Item, hash uint32) bool {
	return slices.ContainsFunc(it.Terms, func(t page.Term) bool { return t.Hash == hash })
}
