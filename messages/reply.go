package messages

// TokenCount is what an assembled context costs.
type TokenCount struct {
	Total     int `json:"total"` // never above Max
	Max       int `json:"max"`   // max_tokens minus reserve_tokens
	Immediate int `json:"immediate"`
	ShortTerm int `json:"short_term"`
	LongTerm  int `json:"long_term"`
	Overhead  int `json:"overhead"` // headings and per-message framing of the format
}

// A ChatMessage is one message of a chat API.
type ChatMessage struct {
	Role    string `json:"role"`
	Content string `json:"content"`
	Name    string `json:"name,omitempty"`
}

// Staleness says that a tier's part of an answer is not known to be fresh.
type Staleness struct {
	Tier  string `json:"tier"`   // L2 or L3
	AgeMS int64  `json:"age_ms"` // since it was last known fresh
}

// Degradation says that a tier could not be reached.
type Degradation struct {
	Tier   string `json:"tier"`   // L2 or L3
	Reason string `json:"reason"` // an error code
}

// Candidate explains one item that was considered.
type Candidate struct {
	ID      string             `json:"id"`
	Level   Level              `json:"level"`
	Tokens  int                `json:"tokens"`
	Score   float64            `json:"score"`
	Parts   map[string]float64 `json:"parts,omitempty"` // of the score, by name
	In      bool               `json:"in"`
	Verdict string             `json:"verdict"` // in words: why it is in or out
}

// AssembleReply is an assembled context. Which of Items, Text, System and
// Messages are set depends on the format that was asked for.
type AssembleReply struct {
	Items    []Item        `json:"items,omitempty"`
	Text     string        `json:"text,omitempty"`
	System   string        `json:"system,omitempty"`
	Messages []ChatMessage `json:"messages,omitempty"`
	// IDs names the items in the context, whatever the format, in its order.
	IDs      []string      `json:"ids"`
	Tokens   TokenCount    `json:"tokens"`
	Revision Revision      `json:"revision"`
	Stale    []Staleness   `json:"stale,omitempty"`
	Degraded []Degradation `json:"degraded,omitempty"`
	Explain  []Candidate   `json:"explain,omitempty"`
}

// ListReply is one page of an owner's items.
type ListReply struct {
	Items    []Item   `json:"items"`
	Next     string   `json:"next,omitempty"` // cursor of the next page, empty at the end
	Total    int      `json:"total"`          // items that match, on all pages
	Revision Revision `json:"revision"`
}

// UpdateReply is the item as it is now. If a request that was named as tried
// had the effect, and the item has changed since, it is the item's id and the
// revision that the update made, and nothing else.
type UpdateReply struct {
	Item     Item     `json:"item"`
	Revision Revision `json:"revision"`
}

// DeleteReply says what was removed and what was not there.
type DeleteReply struct {
	Deleted  []string `json:"deleted"`
	Missing  []string `json:"missing,omitempty"`
	Revision Revision `json:"revision"`
}

// ClearReply says how many items were removed.
type ClearReply struct {
	Cleared  int      `json:"cleared"`
	Revision Revision `json:"revision"`
}

// PromoteReply says what was moved and what was not there.
type PromoteReply struct {
	Promoted []string `json:"promoted"`
	Missing  []string `json:"missing,omitempty"`
	Revision Revision `json:"revision"`
}

// LevelStats counts the items of one level.
type LevelStats struct {
	Items  int   `json:"items"`
	Tokens int   `json:"tokens"`
	Bytes  int64 `json:"bytes"` // of text
}

// StatsReply says what a session, a user, or both have.
type StatsReply struct {
	Levels   map[Level]LevelStats `json:"levels"`
	Pinned   int                  `json:"pinned"`
	Oldest   int64                `json:"oldest,omitempty"` // unix ms
	Newest   int64                `json:"newest,omitempty"` // unix ms
	Revision Revision             `json:"revision"`
	Stale    []Staleness          `json:"stale,omitempty"`
	Degraded []Degradation        `json:"degraded,omitempty"`
}
