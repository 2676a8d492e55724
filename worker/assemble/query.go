package assemble

import "github.com/context-manager/context-manager/tiers/page"

// A Query is a question as the ranker sees it. The zero Query asks for
// nothing in particular: then the newest items are best.
type Query struct {
	// Terms are the analysed words, each hash once.
	Terms []Term
	// Kind is what the question asks for.
	Kind Kind
	// About is whose turns a question is about that says "I" or "you": those of
	// a user, who asks, or of an assistant, who is asked; 0 where that is open.
	About page.Role
	// Spans are the dates and ranges that the question names.
	Spans []Span
	// Slips appends the hashes of the words that one of the Terms, by its Word,
	// may have been meant as if it was misspelt, has other prefixes, or is of another
	// language than its own. Nil where nobody may ask.
	Slips func(dst []uint32, word string) []uint32
	// Plain writes a lower-case word as people do who leave accents out. Nil where
	// words are compared as they are.
	Plain func(lower string) string
	// Akin appends the words that are near to what some words mean together,
	// those by the hashes of Terms. Nil where nobody may ask.
	Akin func(dst []Related, about []uint32) []Related
}

// A Term is one analysed word of a query.
type Term struct {
	Hash  uint32 // of the stem, as in page.Term
	Count uint8  // how often it stands in the query
	Class Class
	Word  string // lower-case surface form, to be compared with speakers' names
	// Variant is set where the query has the word in another form: "jeanluc" of
	// "Jean-Luc". Such a term names nobody new, and is not missed where it is not found.
	Variant bool
	// Possessive is set where the word only stands as whose something is: "Ana's".
	Possessive bool
	// Related are the words that may stand for this one, in ascending order of
	// hash, each once. Shared: not to be changed.
	Related []Related
}

// A Related is a word that may stand for another: "dog" for "pet".
type Related struct {
	Hash   uint32
	Weight float32 // what a use of it is worth, as uses of the other; 0 to 1
}

// Class is the part that a word plays in a question.
type Class uint8

// The classes. Whether a word names a speaker is known only beside a page, so
// there is no class for it here.
const (
	Content Class = iota // says what the question is about
	Frame                // says what form the answer has: "kind", "favorite", "many"
	Talk                 // speaks of the talk itself: "mention", "conversation"
	Date                 // part of a date that is in Spans
)

// Kind is a set of flags about what a question asks for.
type Kind uint8

// The kinds.
const (
	AsksWhen   Kind = 1 << iota // a time
	AsksEntity                  // a person, place or thing with a name
	AsksTitle                   // a book, film, song, game
	AsksNumber                  // how many, how much, how long
)

// A Span is a range of time, unix milliseconds: From inclusive, To exclusive.
type Span struct{ From, To int64 }
