package operations

import (
	"context"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/assemble"
)

// stats counts what a session, a user, or both have.
func (o *operations) stats(ctx context.Context, r Request) (any, error) {
	req, err := decode[messages.StatsRequest](r)
	if err != nil {
		return nil, err
	}
	session, user := req.Owners(r.Tenant())
	s, u, read, err := o.readBoth(ctx, session, user, freshness(0, req.MinRevision))
	if err != nil {
		return nil, err
	}
	reply := &messages.StatsReply{
		Levels:   make(map[messages.Level]messages.LevelStats),
		Revision: read.revision, Stale: read.stale, Degraded: read.degraded,
	}
	count(reply, s.Page)
	count(reply, u.Page)
	return reply, nil
}

func count(reply *messages.StatsReply, p page.Page) {
	for i := range p.Len() {
		row := p.Row(i)
		name := assemble.WireLevel(row.Level)
		level := reply.Levels[name]
		level.Items++
		level.Tokens += int(row.LineTokens)
		level.Bytes += int64(len(p.Text(i)))
		reply.Levels[name] = level
		if row.Flags&page.Pinned != 0 {
			reply.Pinned++
		}
		if reply.Oldest == 0 || row.Time < reply.Oldest {
			reply.Oldest = row.Time
		}
		reply.Newest = max(reply.Newest, row.Time)
	}
}
