package page

// Level is an item's level in stored form.
type Level uint8

// The levels. Zero is not a level.
const (
	Immediate Level = iota + 1
	ShortTerm
	LongTerm
)

// Role is who speaks in an item, in stored form.
type Role uint8

// The roles. Zero is not a role.
const (
	System Role = iota + 1
	User
	Assistant
	Tool
)

// Flags are what analysis found out about a text.
type Flags uint8

// The flags.
const (
	Pinned   Flags = 1 << iota // packed before others
	TimeWord                   // names a time: "yesterday", "in May", "2021"
	Proper                     // has a capitalised word inside a sentence
	Asks                       // holds a question
	Quoted                     // quotes something, as titles are
	Number                     // holds a number, in digits or words

	// AllFlags is every flag.
	AllFlags = Number<<1 - 1
)

// A Term is one analysed word of a text: the hash of its stem, and how often
// it stands in sentences that state (D) and in sentences that ask (Q).
type Term struct {
	Hash uint32
	D, Q uint8
}

// A Pair is one pair of metadata. Items keep their pairs sorted by key.
type Pair struct{ Key, Value string }

// An Item is one item version as it is stored: what the caller gave and what
// analysis made of it at write time.
type Item struct {
	ID         string
	Level      Level
	Role       Role
	Flags      Flags
	Name       string
	Text       string
	Group      string
	Language   string
	Metadata   []Pair
	Time       int64   // unix ms
	Expires    int64   // unix ms, 0 never
	Importance float32 // 0 to 1, negative when none was given
	Accesses   uint32  // how often it was used, 0 when that was not given
	LineTokens uint32  // cost as the rendered line "name: text\n"
	TextTokens uint32  // cost of the text alone
	WordsD     uint16  // words in sentences that state, stop words left out
	WordsQ     uint16  // words in sentences that ask, stop words left out
	Saying     uint16  // part of a hash of who says what: those of near duplicates are equal
	Terms      []Term  // sorted by Hash, each once
	Embedding  []float32
}
