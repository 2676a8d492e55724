package analyze

import (
	"testing"
	"time"

	"github.com/context-manager/context-manager/tiers/page"
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
		{"the HTTPServer is down", "httpserver"},
		{"in the user_table", "table"},
		{"open main.go again", "main"},
		{"call vector:push first", "push"},
		{"a caféBar in town", "bar"},
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
	for text, other := range map[string]string{"1,5 litres": "15", "1,0000 parts": "10000", "at 12345,678": "12345678", "two IDs": "ds", "some APIs": "ap", "version 3.14": "14", "the GREATWALL": "wall", "of HTTPServer": "p"} {
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
