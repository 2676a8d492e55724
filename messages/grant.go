package messages

// Ops lists every operation.
var Ops = [...]Op{OpStore, OpAssemble, OpList, OpUpdate, OpDelete, OpClear, OpPromote, OpStats, OpExport, OpErase}

// Known tells whether o is an operation.
func (o Op) Known() bool { return o.Grant() != "" }

// A Grant is a group of operations that a key may do. No grant includes another.
type Grant string

// The grants.
const (
	GrantRead   Grant = "read"   // assemble, list, stats
	GrantWrite  Grant = "write"  // store, update, delete, clear, promote
	GrantErase  Grant = "erase"  // erase
	GrantExport Grant = "export" // export
	GrantAdmin  Grant = "admin"  // what operators alone may do: settle dead letters. No request needs it
)

// Grants lists every grant.
var Grants = [...]Grant{GrantRead, GrantWrite, GrantErase, GrantExport, GrantAdmin}

// Grant is what a key needs for the operation, or "" for what is no operation.
func (o Op) Grant() Grant {
	switch o {
	case OpAssemble, OpList, OpStats:
		return GrantRead
	case OpStore, OpUpdate, OpDelete, OpClear, OpPromote:
		return GrantWrite
	case OpErase:
		return GrantErase
	case OpExport:
		return GrantExport
	default:
		return ""
	}
}
