package analyze

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/assemble"
)

var shared = sync.OnceValues(New)

func testAnalyzer(tb interface{ Fatal(...any) }) *Analyzer {
	a, err := shared()
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

func analysed(tb interface{ Fatal(...any) }, text string) page.Item {
	it := page.Item{Role: page.User, Text: text}
	testAnalyzer(tb).Item(&it)
	return it
}

// holds tells whether an item holds a word, as a query would look for it.
func holds(tb interface{ Fatal(...any) }, it page.Item, wordInQuery string) bool {
	q := testAnalyzer(tb).Query(wordInQuery, it.Language, time.Time{})
	if len(q.Terms) == 0 {
		return false
	}
	return isTerm(it, q.Terms[0].Hash)
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"What a day, I am so glad that you came with us": "en",
		"ok":                                     "en",
		"kubectl rollout restart deployment/api": "en",
		"Ich weiß nicht, was das für eine Sache ist":  "de",
		"Was war am 3. Mai?":                          "de",
		"Was sagte ich im März?":                      "de",
		"was Ana there?":                              "en",
		"Who am I?":                                   "en",
		"Je ne sais pas où est mon chat":              "fr",
		"No sé dónde está mi gato, pero es muy listo": "es",
		"Non so dove sono le chiavi della macchina":   "it",
		"Eu não sei onde está a minha chave":          "pt",
		"Ik weet niet waar mijn sleutels zijn":        "nl",
		"Я не знаю, где мои ключи":                    "ru",
		"Рейс 12 30 45":                               "ru",
		"我不知道我的钥匙在哪里":                                 "zh",
		"鍵がどこにあるかわかりません":                              "ja",
		"ありがとう":                                       "ja", "สวัสดีครับ": "th", "வணக்கம்": "ta", "Πού είναι;": "und", "مرحبا": "ar", "… 12": "en",
		"9월 9일": "ko",
		"열쇠가 어디 있는지 모르겠어요":                                   "ko",
		"Ben anahtarlarım nerede bilmiyorum ama bu çok kötü": "tr",
	} {
		if got := analysed(t, text).Language; got != want {
			t.Errorf("%q is taken for %q, want %q", text, got, want)
		}
	}
}

func TestACallersLanguageIsKept(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"de", "pt-BR", "xx", "nb"} {
		it := page.Item{Role: page.User, Text: "Hand", Language: lang}
		testAnalyzer(t).Item(&it)
		if it.Language != lang || len(it.Terms) != 1 {
			t.Errorf("language %q became %q with %d terms", lang, it.Language, len(it.Terms))
		}
	}
}

// TestCodesOfOneLanguageAreOne, with a region or without, however they are written.
func TestCodesOfOneLanguageAreOne(t *testing.T) {
	t.Parallel()
	for code, text := range map[string]string{"pt": "gatos", "no": "bilene"} {
		want := page.Item{Role: page.User, Text: text, Language: code}
		testAnalyzer(t).Item(&want)
		unknown := page.Item{Role: page.User, Text: text, Language: "xx"}
		if testAnalyzer(t).Item(&unknown); slices.Equal(unknown.Terms, want.Terms) {
			t.Fatalf("%q is not stemmed, and shows nothing", text)
		}
		for _, other := range map[string][]string{"pt": {"PT", "pt-BR"}, "no": {"nb", "nn", "nb-NO"}}[code] {
			it := page.Item{Role: page.User, Text: text, Language: other}
			if testAnalyzer(t).Item(&it); !slices.Equal(it.Terms, want.Terms) {
				t.Errorf("%q is read otherwise in %q than in %q", text, other, code)
			}
		}
	}
}

// TestAGreekQuestionAsks: its mark is U+037E, and on most keyboards a semicolon.
func TestAGreekQuestionAsks(t *testing.T) {
	t.Parallel()
	for text, asks := range map[string]bool{
		"Πού είναι το σπίτι\u037e": true,
		"Πού είναι το σπίτι;":      true,
		"Το σπίτι είναι εδώ.":      false,
		"The house is here; it is": false,
	} {
		if it := analysed(t, text); (it.Flags&page.Asks != 0) != asks {
			t.Errorf("%q asks: %v, want %v", text, !asks, asks)
		}
	}
}

// TestAFullStopInASentenceEndsNone: what is asked before it is asked, too.
func TestAFullStopInASentenceEndsNone(t *testing.T) {
	t.Parallel()
	if it := analysed(t, "Did Anna adopt approx. three beagles?"); it.WordsD != 0 || it.WordsQ == 0 {
		t.Errorf("%d words are stated and %d asked, want none stated", it.WordsD, it.WordsQ)
	}
}

// TestCountsStopAtTheirLargest: of a long log they would begin again at none.
func TestCountsStopAtTheirLargest(t *testing.T) {
	t.Parallel()
	for _, end := range []string{".", "?"} {
		it := analysed(t, strings.Repeat(strings.Repeat("pump ", 1<<10)+end+"\n", 1<<6+1))
		if want := (page.Term{Hash: it.Terms[0].Hash, D: 255}); end == "." && (it.WordsD != 1<<16-1 || it.Terms[0] != want) {
			t.Errorf("%d words stated, of a term %+v", it.WordsD, it.Terms[0])
		}
		if want := (page.Term{Hash: it.Terms[0].Hash, Q: 255}); end == "?" && (it.WordsQ != 1<<16-1 || it.Terms[0] != want) {
			t.Errorf("%d words asked, of a term %+v", it.WordsQ, it.Terms[0])
		}
	}
}

func TestSentencesThatAskAreCountedApart(t *testing.T) {
	t.Parallel()
	it := analysed(t, "I adopted a dog, e.g. a beagle. Do dogs swim? 犬は泳ぐ？ Yes!")
	if it.Flags&page.Asks == 0 || it.WordsQ == 0 || it.WordsD == 0 {
		t.Fatalf("flags %b, %d words stated, %d asked", it.Flags, it.WordsD, it.WordsQ)
	}
	q := testAnalyzer(t).Query("dog swim beagle", "en", time.Time{})
	want := []page.Term{{D: 1, Q: 1}, {Q: 1}, {D: 1}}
	for i, term := range q.Terms {
		want[i].Hash = term.Hash
		if !slices.Contains(it.Terms, want[i]) {
			t.Errorf("%s does not stand %d times in statements and %d in questions", term.Word, want[i].D, want[i].Q)
		}
	}
}

func TestFlags(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want page.Flags
	}{
		{"it was nice", 0},
		{"We met Anna there", page.Proper},
		{"Nice. Thanks. I see", 0},
		{"that was yesterday", page.TimeWord},
		{"founded in 1987", page.TimeWord | page.Number}, {"two of them", page.Number}, {`she read \"Emma\"`, page.Quoted | page.Proper},
		{"is it?", page.Asks},
		{"I AM HERE", 0},
		{"it was nice, And so good", 0},
		{`a 27" screen`, page.Number},
		{"is it so?!", page.Asks},
	} {
		if got := analysed(t, c.text).Flags; got != c.want {
			t.Errorf("%q has flags %b, want %b", c.text, got, c.want)
		}
	}
	it := page.Item{Role: page.User, Text: "plain", Flags: page.Pinned | page.Asks}
	testAnalyzer(t).Item(&it)
	if it.Flags != page.Pinned {
		t.Errorf("flags %b, want the pin and no more", it.Flags)
	}
}

func TestItemsAreWellFormed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		it := page.Item{Role: page.User, Text: text().Draw(t, "text")}
		testAnalyzer(t).Item(&it)
		again := page.Item{Role: page.User, Text: it.Text}
		testAnalyzer(t).Item(&again)
		if !slices.Equal(it.Terms, again.Terms) || it.Saying != again.Saying {
			t.Fatal("analysis is not repeatable")
		}
		for i, term := range it.Terms {
			if i > 0 && it.Terms[i-1].Hash >= term.Hash || term.D == 0 && term.Q == 0 {
				t.Fatalf("terms are not sorted, or counted zero times: %v", it.Terms)
			}
		}
	})
}

// TestLinesAddUp: the tokens of a text of many lines are the sum of the lines'.
func TestLinesAddUp(t *testing.T) {
	t.Parallel()
	names := rapid.OneOf(rapid.SampledFrom([]string{"", "Ana", " x", "/usr", "\tq", "\u00a0z", "'s", "…", "9"}), text())
	rapid.Check(t, func(t *rapid.T) {
		a := testAnalyzer(t)
		var lines []byte
		total := a.Count(a.Framing().Facts.Text)
		lines = append(lines, a.Framing().Facts.Text...)
		for range rapid.IntRange(0, 6).Draw(t, "lines") {
			it := page.Item{Name: names.Draw(t, "name"), Text: text().Draw(t, "text")}
			it.Role = rapid.SampledFrom([]page.Role{page.System, page.User, page.Assistant, page.Tool}).Draw(t, "role")
			a.Item(&it)
			total += int(it.LineTokens)
			lines = assemble.AppendLine(lines, it.Role, it.Name, it.Text)
			if it.TextTokens != uint32(a.Count(it.Text)) {
				t.Fatalf("%q costs %d tokens, not %d", it.Text, a.Count(it.Text), it.TextTokens)
			}
		}
		if want := a.tokens.encode(string(lines)); total != want {
			t.Fatalf("lines of %d tokens in all are %d together: %q", total, want, lines)
		}
	})
}

func TestSpecialTokensAreOrdinaryText(t *testing.T) {
	t.Parallel()
	if n := testAnalyzer(t).Count("<|endoftext|>"); n < 2 {
		t.Fatalf("<|endoftext|> counts as %d token, want several", n)
	}
}

func TestItemsKnowWhatTheySay(t *testing.T) {
	t.Parallel()
	const fact = "The quarterly report for the Berlin office is due on the last Friday of March, says Dana from finance."
	a := analysed(t, fact)
	if b := analysed(t, strings.ToUpper(fact)+"!"); a.Saying != b.Saying {
		t.Error("texts that say the same do not have the same Saying")
	}
	if b := analysed(t, strings.Replace(fact, "last", "first", 1)); a.Saying == b.Saying {
		t.Error("texts that differ in a word have the same Saying")
	}
	b := page.Item{Role: page.User, Name: "Ana", Text: fact}
	testAnalyzer(t).Item(&b)
	if a.Saying == b.Saying {
		t.Error("two who say the same have the same Saying")
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	a := testAnalyzer(t)
	want := analysed(t, "Several goroutines analyse the same text about horses")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				it := page.Item{Role: page.User, Text: "Several goroutines analyse the same text about horses"}
				a.Item(&it)
				if !slices.Equal(it.Terms, want.Terms) || it.LineTokens != want.LineTokens {
					t.Error("another result than alone")
					return
				}
			}
		})
	}
	group.Wait()
}

func FuzzItem(f *testing.F) {
	for _, s := range scraps() {
		f.Add(s, "", "")
	}
	f.Add("aağında", "x", "tr")
	f.Add("\x7f\x7f", "", "")
	a := testAnalyzer(f)
	f.Fuzz(func(t *testing.T, text, name, lang string) {
		it := page.Item{Role: page.User, Name: name, Text: text, Language: lang}
		a.Item(&it)
		a.Query(text, lang, time.Unix(1_700_000_000, 0))
		if len(text) > 0 && it.TextTokens == 0 {
			t.Fatalf("%q costs nothing", text)
		}
	})
}

// TestWordsThatMayStandForOthers: the particular for the general in full, the
// general for the particular for less, the better of both for a word that is
// the one here and the other there, and nothing for itself.
func TestWordsThatMayStandForOthers(t *testing.T) {
	t.Parallel()
	a := testAnalyzer(t)
	for _, c := range []struct {
		asked, word string
		worth       float32
	}{
		{"pets", "puppies", toParticular}, {"violin", "instrument", toGeneral}, {"violin", "puppies", 0},
		{"gym", "exercise", toParticular}, {"gym", "gym", 0},
	} {
		worth, word := float32(0), a.Query(c.word, "en", time.Time{}).Terms[0]
		for _, r := range a.Query(c.asked, "en", time.Time{}).Terms[0].Related {
			if r.Hash == word.Hash {
				worth = r.Weight
			}
		}
		if worth != c.worth {
			t.Errorf("where %s is asked for, %s is worth %v, want %v", c.asked, c.word, worth, c.worth)
		}
	}
}
