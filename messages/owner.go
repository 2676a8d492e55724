package messages

// OwnerKind says who items belong to.
type OwnerKind uint8

// The kinds of owner. The zero kind means that there is none.
const (
	NoOwner      OwnerKind = iota
	SessionOwner           // a session: immediate and short_term items, tier L2
	UserOwner              // a user: long_term items, tier L3
)

// String names the kind for messages to people.
func (k OwnerKind) String() string {
	switch k {
	case SessionOwner:
		return "session"
	case UserOwner:
		return "user"
	default:
		return "none"
	}
}

// An Owner is who items belong to: a session or a user of one tenant.
type Owner struct {
	Kind   OwnerKind
	Tenant string
	ID     string
}

// Present tells whether there is an owner at all.
func (o Owner) Present() bool { return o.Kind != NoOwner }
