package messages

// Level is what an item is to the reader.
type Level string

// The levels of an item.
const (
	Immediate Level = "immediate"  // live turns of a session
	ShortTerm Level = "short_term" // the session's older turns, notes, tool output, summaries
	LongTerm  Level = "long_term"  // facts of a user
)

// Levels lists every level in the order in which a context renders them last to first.
var Levels = [...]Level{Immediate, ShortTerm, LongTerm}

// OwnerKind is the kind of owner that holds items of this level.
func (l Level) OwnerKind() OwnerKind {
	switch l {
	case Immediate, ShortTerm:
		return SessionOwner
	case LongTerm:
		return UserOwner
	default:
		return NoOwner
	}
}

// NoImportance is the importance of an item that has none, of which 0 is one to have.
// In an update it takes the importance away.
const NoImportance = -1.0

// Role is who speaks in an item, in the words of the chat APIs.
type Role string

// The roles of an item. An item without a role is a user's.
const (
	System    Role = "system"
	User      Role = "user"
	Assistant Role = "assistant"
	Tool      Role = "tool"
)

// Roles lists every role.
var Roles = [...]Role{System, User, Assistant, Tool}

// An Item is one piece of context.
type Item struct {
	// ID is unique inside its owner. Storing an id again replaces the item.
	// Without one the worker derives it from the request id and the item's place.
	ID string `json:"id,omitempty"`
	// Level defaults to immediate when the request names a session, else long_term.
	Level Level `json:"level,omitempty"`
	// Role defaults to user.
	Role Role `json:"role,omitempty"`
	// Name is the speaker or tool, shown in rendered text instead of the role.
	Name string `json:"name,omitempty"`
	// Text is what is rendered and ranked. Required.
	Text string `json:"text"`
	// Time is when it happened, unix milliseconds. Defaults to the request's time.
	Time int64 `json:"time,omitempty"`
	// Importance from 0 to 1 lifts an item among others like it. Nil means none given.
	Importance *float64 `json:"importance,omitempty"`
	// Accesses is how often the caller has seen the item used: more use lifts it
	// mildly among others like it. 0 means that no count was given.
	Accesses int `json:"accesses,omitempty"`
	// Pinned items are packed before all others.
	Pinned bool `json:"pinned,omitempty"`
	// Group ties items that come together or not at all, such as a tool call and its result.
	Group string `json:"group,omitempty"`
	// Metadata is the caller's own, returned as it is and usable in filters.
	Metadata map[string]string `json:"metadata,omitempty"`
	// Expires is when the item stops to exist, unix milliseconds. 0 means never.
	Expires int64 `json:"expires,omitempty"`
	// Language is an ISO 639-1 code that chooses the stemmer. Detected when empty.
	Language string `json:"language,omitempty"`
	// Embedding is the caller's vector for the text, any one dimension an owner.
	Embedding []float32 `json:"embedding,omitempty"`

	// Tokens is the cost of the item as one rendered line. Replies only.
	Tokens int `json:"tokens,omitempty"`
	// Revision is the stream sequence of the item's newest version. Replies only.
	Revision uint64 `json:"revision,omitempty"`
}
