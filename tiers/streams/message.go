package streams

import (
	"context"

	"github.com/nats-io/nats.go"
)

// Message asks a stream's leader for what it has at a sequence, or nats.ErrMsgNotFound.
//
// jetstream's GetMsg asks whichever replica or mirror is there, since the streams
// allow direct gets, and one that is behind has nothing at a sequence of which
// the leader has told. nats.go's older API asks the leader.
func Message(ctx context.Context, nc *nats.Conn, stream string, seq uint64) (*nats.RawStreamMsg, error) {
	js, err := nc.JetStream()
	if err != nil {
		return nil, err
	}
	return js.GetMsg(stream, seq, nats.Context(ctx))
}
