package messages

// Op is an operation, the last token of a request's subject.
type Op string

// The operations.
const (
	OpStore    Op = "store"
	OpAssemble Op = "assemble"
	OpList     Op = "list"
	OpUpdate   Op = "update"
	OpDelete   Op = "delete"
	OpClear    Op = "clear"
	OpPromote  Op = "promote"
	OpStats    Op = "stats"
	OpExport   Op = "export"
	OpErase    Op = "erase"
)

// Changes tells whether the operation changes what is stored, and so needs an entry in the ledger.
func (o Op) Changes() bool {
	switch o {
	case OpStore, OpUpdate, OpDelete, OpClear, OpPromote, OpErase:
		return true
	default:
		return false
	}
}

// A Revision is how far a reader or writer has seen each tier: stream
// sequences of the session bucket and the user bucket. Zero means not at all.
type Revision struct {
	Session uint64 `json:"session,omitempty"`
	User    uint64 `json:"user,omitempty"`
}

// StoreRequest adds items, or replaces those whose ids exist, all or none.
// The items of one request belong to one owner: either all of them immediate
// or short_term (Session is required) or all long_term (User is required).
type StoreRequest struct {
	Session string `json:"session,omitempty"`
	User    string `json:"user,omitempty"`
	Items   []Item `json:"items"`
}

// StoreReply names the stored items, in the order of the request.
type StoreReply struct {
	IDs      []string `json:"ids"`
	Tokens   int      `json:"tokens"` // of all items, as rendered lines
	Revision Revision `json:"revision"`
}

// Format is the form of an assembled context.
type Format string

// The formats. The default is items.
const (
	FormatItems     Format = "items"     // items, as stored
	FormatText      Format = "text"      // a line an item: "name: text"
	FormatOpenAI    Format = "openai"    // chat messages for OpenAI's API
	FormatAnthropic Format = "anthropic" // system text and chat messages for Anthropic's API
)

// Formats lists every format.
var Formats = [...]Format{FormatItems, FormatText, FormatOpenAI, FormatAnthropic}

// Shares divide the budget between the levels before what one cannot use
// flows to the others. They need not add up to one: they are weights.
// The default is 0.3, 0.4, 0.3.
type Shares struct {
	Immediate float64 `json:"immediate"`
	ShortTerm float64 `json:"short_term"`
	LongTerm  float64 `json:"long_term"`
}

// A Filter keeps the items that match all of its parts. An empty part matches everything.
// In an assemble an item that does not match takes its group out with it.
type Filter struct {
	Levels   []Level           `json:"levels,omitempty"`
	Roles    []Role            `json:"roles,omitempty"`
	Metadata map[string]string `json:"metadata,omitempty"` // each pair must be there
	After    int64             `json:"after,omitempty"`    // unix ms, inclusive
	Before   int64             `json:"before,omitempty"`   // unix ms, exclusive
}

// AssembleRequest asks for a context. At least one of Session and User is required.
type AssembleRequest struct {
	Session string `json:"session,omitempty"`
	User    string `json:"user,omitempty"`
	// Query is what the context is for, usually the user's newest message.
	// Without one the newest items are taken.
	Query string `json:"query,omitempty"`
	// MaxTokens is the hard budget of everything rendered. Required, above zero.
	MaxTokens int `json:"max_tokens"`
	// ReserveTokens is kept free of the budget, for the caller's own prompt or the answer.
	ReserveTokens int `json:"reserve_tokens,omitempty"`
	// MaxItems bounds the number of items. 0 means the budget alone does.
	MaxItems int     `json:"max_items,omitempty"`
	Shares   *Shares `json:"shares,omitempty"`
	Format   Format  `json:"format,omitempty"`
	Filter   *Filter `json:"filter,omitempty"`
	Explain  bool    `json:"explain,omitempty"`
	// Now is what "yesterday" in the query is relative to, unix ms. Defaults to the worker's clock.
	Now int64 `json:"now,omitempty"`
	// HalfLifeMS halves an item's score for each such age. 0 means age does not count.
	HalfLifeMS int64 `json:"half_life_ms,omitempty"`
	// Embedding is the query's vector, of the dimension that the items have.
	Embedding []float32 `json:"embedding,omitempty"`
	// MaxStaleMS lets the worker answer from its cache if that is known to be this fresh. 0 means ask.
	MaxStaleMS int64 `json:"max_stale_ms,omitempty"`
	// MinRevision is what the answer must have seen: read your writes.
	MinRevision *Revision `json:"min_revision,omitempty"`
}

// ListRequest lists the items of one owner in their order of time, newest
// last. Exactly one of Session and User is required.
type ListRequest struct {
	Session     string    `json:"session,omitempty"`
	User        string    `json:"user,omitempty"`
	Filter      *Filter   `json:"filter,omitempty"`
	IDs         []string  `json:"ids,omitempty"`    // only these
	Limit       int       `json:"limit,omitempty"`  // default 100, at most 1,000
	Cursor      string    `json:"cursor,omitempty"` // Next of the page before
	MinRevision *Revision `json:"min_revision,omitempty"`
}

// UpdateRequest changes the given fields of one item and keeps the others.
// Exactly one of Session and User is required.
type UpdateRequest struct {
	Session string `json:"session,omitempty"`
	User    string `json:"user,omitempty"`
	ID      string `json:"id"`
	// Revision, if given, is the item's revision that the caller has seen: any other is a conflict.
	Revision uint64 `json:"revision,omitempty"`
	// Tried are the ids of requests for this same update that had no answer, at
	// most MaxTried. If one of them took effect the update is done, and neither
	// a conflict nor without an item.
	Tried []string `json:"tried,omitempty"`

	Text       *string            `json:"text,omitempty"`
	Level      *Level             `json:"level,omitempty"` // within the owner: immediate or short_term
	Role       *Role              `json:"role,omitempty"`
	Name       *string            `json:"name,omitempty"`
	Time       *int64             `json:"time,omitempty"`       // above 0
	Importance *float64           `json:"importance,omitempty"` // from 0 to 1; NoImportance takes it away
	Accesses   *int               `json:"accesses,omitempty"`
	Pinned     *bool              `json:"pinned,omitempty"`
	Group      *string            `json:"group,omitempty"`
	Metadata   *map[string]string `json:"metadata,omitempty"` // replaces all pairs; an empty or nil map removes them
	Expires    *int64             `json:"expires,omitempty"`
	Language   *string            `json:"language,omitempty"`
	Embedding  *[]float32         `json:"embedding,omitempty"`
}

// DeleteRequest removes items by id. Exactly one of Session and User is required.
type DeleteRequest struct {
	Session string   `json:"session,omitempty"`
	User    string   `json:"user,omitempty"`
	IDs     []string `json:"ids"`
}

// ClearRequest removes all items of one owner, or those of some levels.
// Exactly one of Session and User is required.
type ClearRequest struct {
	Session string  `json:"session,omitempty"`
	User    string  `json:"user,omitempty"`
	Levels  []Level `json:"levels,omitempty"`
}

// PromoteRequest moves items of a session to another level. To long_term it
// moves them to the user, who must be named.
type PromoteRequest struct {
	Session string   `json:"session"`
	User    string   `json:"user,omitempty"`
	IDs     []string `json:"ids"`
	To      Level    `json:"to"`
}

// StatsRequest asks what a session, a user, or both have.
type StatsRequest struct {
	Session     string    `json:"session,omitempty"`
	User        string    `json:"user,omitempty"`
	MinRevision *Revision `json:"min_revision,omitempty"`
}
