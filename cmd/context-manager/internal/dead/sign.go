package dead

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// prove checks the letter's own signature as of the moment it was made: so
// nobody who can write dead letters can have an operator sign what no caller asked for.
func (o *operator) prove(l *letter) error {
	at := time.UnixMilli(l.Sent)
	_, err := o.verifier.Verify(envelope.Incoming{
		Lane: messages.LaneJob, Subject: l.Subject, Header: l.request(), Body: l.body, Now: at, StreamTime: at,
	})
	return err
}

// sign makes a letter's job anew. It is judged at once as a worker will judge
// it: a job that fails verification there vanishes, and nobody would be told.
func (o *operator) sign(l *letter) (*nats.Msg, error) {
	body, err := l.again()
	if err != nil {
		return nil, err
	}
	now := o.now()
	job := &nats.Msg{Subject: l.Subject, Data: body, Header: o.signer.Headers(envelope.Unsigned{
		Subject: l.Subject, ID: replayID(l), Body: body,
		Time: now.UnixMilli(), Expires: now.Add(messages.MaxRequestLife).UnixMilli(),
	})}
	_, err = o.verifier.Verify(envelope.Incoming{
		Lane: messages.LaneJob, Subject: job.Subject, Header: job.Header, Body: job.Data, Now: now, StreamTime: now,
	})
	if err != nil {
		return nil, fmt.Errorf("the workers would not take it from the key %q: %w", o.keyID, err)
	}
	return job, nil
}

// replayID is the request id of a letter's replay. It follows from what was
// buried, so that the same is never done twice; another burial of the replay
// has another id, and so another replay.
func replayID(l *letter) string {
	sum := sha256.Sum256([]byte("context-manager dead replay\n" + l.KeyID + "\n" + l.ID + "\n" + strconv.FormatUint(l.JobSeq, 10)))
	return base64.RawURLEncoding.EncodeToString(sum[:messages.RequestIDBytes])
}
