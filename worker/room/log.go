package room

import (
	"context"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/operations"
)

// A sizingLog notes by how much owners grow.
type sizingLog struct {
	operations.Log
	sizes *pageSizes
}

// Log is the log that operations write through: by what is appended to it the
// room knows how much owners have, before anybody reads them again.
func (r *Room) Log(inner operations.Log) operations.Log { return sizingLog{inner, r.sizes} }

// Append appends, and notes what the owner has more.
func (l sizingLog) Append(ctx context.Context, o messages.Owner, name string, segment []byte, c page.Condition) (uint64, error) {
	seq, err := l.Log.Append(ctx, o, name, segment, c)
	if err == nil {
		l.sizes.grow(o, len(segment))
	}
	return seq, err
}
