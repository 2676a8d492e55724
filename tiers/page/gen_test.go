package page

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// anyItem draws an item with every kind of value that the formats treat apart.
func anyItem() *rapid.Generator[Item] {
	small := rapid.SampledFrom([]string{"", "Ana", "Łukasz", "田中", "a b*c.d>", "\x00"})
	return rapid.Custom(func(t *rapid.T) Item {
		it := Item{
			ID:         rapid.OneOf(rapid.StringN(0, 8, 64), rapid.StringN(200, 256, -1)).Draw(t, "id"),
			Level:      Level(rapid.IntRange(0, 15).Draw(t, "level")),
			Role:       Role(rapid.IntRange(0, 15).Draw(t, "role")),
			Flags:      Flags(rapid.Byte().Draw(t, "flags")),
			Name:       small.Draw(t, "name"),
			Text:       rapid.OneOf(rapid.String(), rapid.Just("Привет, 世界 🙂"), rapid.Just(strings.Repeat("long ", 200))).Draw(t, "text"),
			Group:      small.Draw(t, "group"),
			Language:   rapid.SampledFrom([]string{"", "en", "pl", "ja"}).Draw(t, "language"),
			Time:       rapid.OneOf(rapid.Int64Range(1.6e12, 1.9e12), rapid.Int64(), rapid.Just[int64](0)).Draw(t, "time"),
			Expires:    rapid.OneOf(rapid.Just[int64](0), rapid.Int64Range(2e12, 3e12), rapid.Int64Min(-1<<63+1)).Draw(t, "expires"),
			Importance: rapid.SampledFrom([]float32{-1, 0, 0.25, 1}).Draw(t, "importance"),
			Accesses:   rapid.OneOf(rapid.Just[uint32](0), rapid.Uint32()).Draw(t, "accesses"),
			LineTokens: rapid.OneOf(rapid.Uint32Max(300), rapid.Uint32()).Draw(t, "line"),
			WordsD:     rapid.Uint16().Draw(t, "d"),
			WordsQ:     rapid.Uint16Max(300).Draw(t, "q"),
			Saying:     rapid.Uint16().Draw(t, "saying"),
			Terms:      anyTerms().Draw(t, "terms"),
		}
		it.TextTokens = rapid.OneOf(rapid.Just(it.LineTokens-min(it.LineTokens, 5)), rapid.Uint32()).Draw(t, "tokens")
		if rapid.Bool().Draw(t, "meta") {
			it.Metadata = anyPairs().Draw(t, "metadata")
		}
		if rapid.Bool().Draw(t, "vector") {
			it.Embedding = slicesOrNil(rapid.SliceOfN(rapid.Float32(), 0, 5).Draw(t, "embedding"))
		}
		return it
	})
}

func anyTerms() *rapid.Generator[[]Term] {
	count := rapid.OneOf(rapid.ByteMax(3), rapid.Byte())
	hash := rapid.OneOf(rapid.Uint32Max(20), rapid.Uint32())
	return rapid.Custom(func(t *rapid.T) []Term {
		hashes := rapid.SliceOfNDistinct(hash, 0, 40, rapid.ID).Draw(t, "hashes")
		slices.Sort(hashes)
		var terms []Term
		for _, h := range hashes {
			terms = append(terms, Term{Hash: h, D: count.Draw(t, "d"), Q: count.Draw(t, "q")})
		}
		return terms
	})
}

func anyPairs() *rapid.Generator[[]Pair] {
	return rapid.Custom(func(t *rapid.T) []Pair {
		m := rapid.MapOfN(rapid.SampledFrom([]string{"", "source", "ключ", "z"}), rapid.String(), 0, 3).Draw(t, "pairs")
		var pairs []Pair
		for k, v := range m {
			pairs = append(pairs, Pair{k, v})
		}
		slices.SortFunc(pairs, func(a, b Pair) int { return cmp.Compare(a.Key, b.Key) })
		return pairs
	})
}

func slicesOrNil[T any](s []T) []T {
	if len(s) == 0 {
		return nil
	}
	return s
}

// put is an entry that stores an item.
func put(it Item) Entry { return Entry{Kind: Put, Item: it} }

// note is a plain item.
func note(id string, at int64) Item {
	return Item{ID: id, Level: Immediate, Role: User, Text: "text of " + id, Time: at, Importance: -1,
		LineTokens: 6, TextTokens: 4, WordsD: 2, Terms: []Term{{Hash: 7, D: 1}}}
}

// stored encodes a fresh segment at a sequence, written at that many ms.
func stored(seq uint64, entries ...Entry) Stored {
	s := Segment{At: int64(seq), Entries: entries}
	return Stored{Name: fmt.Sprintf("req-%d", seq), Seq: seq, Data: AppendSegment(nil, s)}
}

// A tester is a test, a benchmark or a rapid.T.
type tester interface {
	Helper()
	Fatal(args ...any)
}

func fold(t tester, base Page, upTo uint64, now int64, segs ...Stored) Page {
	t.Helper()
	p, err := Fold(base, segs, upTo, now)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// merge makes one segment of others, as it is at a sequence.
func merge(t tester, seq uint64, opt MergeOptions, segs ...Stored) Stored {
	t.Helper()
	parts, err := MergeParts(segs, opt, math.MaxInt)
	if err != nil {
		t.Fatal(err)
	}
	return Stored{Name: fmt.Sprintf("merge-%d", seq), Seq: seq, Data: parts[0]}
}

// idsOf lists a page's items in order.
func idsOf(p Page) string {
	var list []string
	for i := range p.Len() {
		list = append(list, p.ID(i))
	}
	return strings.Join(list, " ")
}

// allItems gives a page's items whole.
func allItems(p Page) []Item {
	indices := make([]int, p.Len())
	for i := range indices {
		indices[i] = i
	}
	return p.Items(indices)
}

// turns makes n items of a chat between two people, of about size bytes of
// text each, with words spread as in recorded chats: every other one a stop
// word, 13 terms in 137 bytes, some 1,300 different ones in 600 turns.
func turns(n, size int) []Item {
	rng := rand.New(rand.NewPCG(1, uint64(size)))
	zipf := rand.NewZipf(rng, 1.6, 60, 8_000)
	items := make([]Item, n)
	for i := range items {
		it := Item{
			ID: fmt.Sprintf("hQ3vYk0mTq2uZ8sJcX1w%02d-%d", i/50, i%50), Level: Immediate, Role: User, Name: "Caroline",
			Language: "en", Time: 1_700_000_000_000 + int64(i)*61_000, Importance: -1, Saying: uint16(rng.Uint32()),
		}
		if i%2 == 1 {
			it.Role, it.Name = Assistant, "Melanie"
		}
		counts := map[uint32]uint8{}
		for len(it.Text) < size {
			word := uint32(zipf.Uint64())
			it.Text += fmt.Sprintf("the w%05d ", word)
			counts[(word+1)*2_654_435_761]++
			it.WordsD++
		}
		for h, c := range counts {
			it.Terms = append(it.Terms, Term{Hash: h, D: c})
		}
		slices.SortFunc(it.Terms, func(a, b Term) int { return cmp.Compare(a.Hash, b.Hash) })
		it.TextTokens = uint32(size / 4)
		it.LineTokens = it.TextTokens + 4
		items[i] = it
	}
	return items
}

// inSegments writes items into k segments at sequences 1 to k.
func inSegments(items []Item, k int) []Stored {
	var segs []Stored
	for part := range slices.Chunk(items, (len(items)+k-1)/k) {
		var entries []Entry
		for _, it := range part {
			entries = append(entries, put(it))
		}
		segs = append(segs, stored(uint64(len(segs)+1), entries...))
	}
	return segs
}
