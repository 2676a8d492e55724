package assemble

import (
	"fmt"
	"slices"
	"testing"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// pageOf makes a page of items that state the given terms, each once. Each item is
// a sitting of its own.
func pageOf(t *testing.T, items ...[]uint32) page.Page {
	t.Helper()
	var entries []page.Entry
	for i, terms := range items {
		slices.Sort(terms)
		it := page.Item{ID: fmt.Sprint(i), Level: page.ShortTerm, Name: "Ana", Text: "x", Time: int64(i) * msPerDay, Importance: -1, LineTokens: 5, TextTokens: 1, WordsD: 4}
		for _, hash := range terms {
			it.Terms = append(it.Terms, page.Term{Hash: hash, D: 1})
		}
		entries = append(entries, page.Entry{Kind: page.Put, Origin: page.Origin{Place: uint32(i)}, ID: it.ID, Item: it})
	}
	data := page.AppendSegment(nil, page.Segment{Entries: entries})
	p, err := page.Fold(page.Page{}, []page.Stored{{Name: "test", Seq: 1, Data: data}}, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// ranked returns the scores of a page's items for a query.
func ranked(p page.Page, q Query) ([]float32, *ranking) {
	in := &Input{Session: p, Request: &messages.AssembleRequest{MaxTokens: 1000}, Query: func() Query { return q }}
	par := defaults()
	var c corpus
	r := new(ranking)
	c.load(in, &par)
	r.rank(&c, in, &par)
	return r.score, r
}

const (
	asked, other, near, nearer, often, everywhere = 1, 2, 3, 4, 5, 6
)

// akinPage is 64 items: 0 has a word that is asked for, 1 one near to it, 2 one
// nearer to it, 3 one as near that six have, 4 one as near that many have, the
// rest something else.
func akinPage(t *testing.T) page.Page {
	items := [][]uint32{{asked}, {near}, {nearer}, {often}, {everywhere}}
	for i := range uint32(59) {
		terms := []uint32{100 + i}
		if i < 20 {
			terms = append(terms, everywhere)
		}
		if i >= 54 {
			terms = append(terms, often)
		}
		items = append(items, terms)
	}
	return pageOf(t, items...)
}

func asking(hashes ...uint32) func(dst []Related, about []uint32) []Related {
	return func(dst []Related, about []uint32) []Related {
		if !slices.Equal(about, hashes) {
			return dst
		}
		return append(dst, Related{near, 0.5}, Related{nearer, 0.9}, Related{often, 0.9}, Related{everywhere, 1}, Related{other, 1}, Related{999, 1})
	}
}

// TestWhatIsAkinComesAfterWhatIsAsked: an item with a word of the query, then one
// with a rare word that is near to it, the nearer the better, then the rest.
func TestWhatIsAkinComesAfterWhatIsAsked(t *testing.T) {
	t.Parallel()
	q := Query{Terms: []Term{{Hash: asked, Count: 1}, {Hash: other, Count: 1}}, Akin: asking(asked, other)}
	score, _ := ranked(akinPage(t), q)
	if !(score[0] > 2*score[2] && score[2] > score[1] && score[1] > score[3] && score[3] > score[4] && score[4] == score[40]) {
		t.Errorf("scores %v, want 0 well before 2, then 1, 3, and 4 with the rest", score[:5])
	}
	q.Akin = nil
	if score, _ := ranked(akinPage(t), q); score[1] != score[40] || score[2] != score[40] {
		t.Errorf("scores %v, but nobody may ask what is akin", score[:5])
	}
}

// TestWhatIsAkinStandsForWhatIsNotThere: where no word of a query is found, what
// is near to them is better than the newest.
func TestWhatIsAkinStandsForWhatIsNotThere(t *testing.T) {
	t.Parallel()
	_, r := ranked(akinPage(t), Query{Terms: []Term{{Hash: 77, Count: 1}}, Akin: asking(77)})
	if r.byTime || r.score[2] <= r.score[40] {
		t.Errorf("by time: %v, scores %v and %v", r.byTime, r.score[2], r.score[40])
	}
	if _, r := ranked(akinPage(t), Query{Terms: []Term{{Hash: 78, Count: 1}}, Akin: asking(77)}); !r.byTime {
		t.Error("neither words nor what is akin to them are there, and items are not by time")
	}
}

// TestFactsHaveAkinWordsToo: the user's items count as those of the session do.
func TestFactsHaveAkinWordsToo(t *testing.T) {
	t.Parallel()
	in := &Input{
		Session: akinPage(t), User: pageOf(t, []uint32{300}, []uint32{nearer}), Request: &messages.AssembleRequest{MaxTokens: 1000},
		Query: func() Query { return Query{Terms: []Term{{Hash: asked, Count: 1}}, Akin: asking(asked)} },
	}
	par := defaults()
	var c corpus
	r := new(ranking)
	c.load(in, &par)
	r.rank(&c, in, &par)
	if first := in.Session.Len(); r.match[first] > 0 || r.match[first+1] == 0 {
		t.Errorf("the user's items match %v, want the second alone", r.match[first:])
	}
}

// TestWhatNobodyAsksTheMeaningOf: names of speakers, words of a question's form and dates mean
// nothing that could be akin, and a word of the query is not akin to it.
func TestWhatNobodyAsksTheMeaningOf(t *testing.T) {
	t.Parallel()
	terms := []Term{
		{Hash: 50, Count: 1, Word: "ana"}, {Hash: asked, Count: 1}, {Hash: often, Count: 1, Class: Frame}, {Hash: 52, Count: 1, Class: Date},
	}
	plain, _ := ranked(akinPage(t), Query{Terms: terms})
	score, _ := ranked(akinPage(t), Query{Terms: terms, Akin: asking(asked)})
	if score[2] <= plain[2] {
		t.Error("the one word that means something was not asked for by itself")
	}
	if score[3] != plain[3] {
		t.Error("a word of the query counts as akin to it")
	}
}
