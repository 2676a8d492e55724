package dead

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// replayCommand submits dead letters again.
type replayCommand struct {
	settleFlags
	Unproved bool `help:"Replay also letters whose own signature cannot be checked any more, because their key is retired or its secret was changed."`
}

// Help is shown by --help.
func (*replayCommand) Help() string {
	return `Submits the jobs again, once what buried them is mended. Their own signatures have aged and would be refused, so your
key signs them anew: it needs the grant "admin", and what the operation itself needs for the letter's tenant. The
workers' key ring is read to check that, and that the letter is what its caller had signed, before anything is sent.

What happens to each letter, in this order:

    1. its signature is checked at the time it was made, and the new job is judged as a worker will judge it
    2. a record goes to the audit: your key, the request's old id and its new one
    3. the job goes to the stream of jobs under the new id, without a reply inbox
    4. the letter is removed, once the stream has acknowledged the job

Of a message that had several requests, of which some were done, the others alone are submitted again. A letter that
does not say clearly which these are stays.

Replaying is safe to repeat. The new id follows from the old one and the job's place in the stream, so a second replay
of the same letter is dropped as a duplicate, by the stream or by the ledger of ids. Items that had no id keep the
one that followed from the old request id, and its time, so a store that had taken effect after all stores nothing
twice. A job that fails again comes back as a new letter.

Examples:

    context-manager dead replay 17 --keys-file ring.json --key-file operator.json
    context-manager dead replay --all --tenant acme --code unavailable --keys-file ring.json`
}

// Run replays the letters.
func (c *replayCommand) Run(ctx context.Context, sh *shell.Shell) error {
	return c.settle(ctx, sh, func(ctx context.Context, s *graveyard, op *operator, l *letter) error {
		r, err := c.replay(ctx, s, op, l)
		if err != nil {
			return err
		}
		what := "letter"
		if which := l.which(); which != "" {
			what = which + ", of letter"
		}
		return tell(sh, c.JSON, r, "replayed %s %d: request %s is now %s, at %d in the stream of jobs\n", what, r.Seq, shell.OneLine(r.Was), r.ID, r.JobSeq)
	})
}

type replayed struct {
	Seq    uint64 `json:"seq"`     // of the letter
	Was    string `json:"was"`     // its request id
	ID     string `json:"id"`      // the new one
	JobSeq uint64 `json:"job_seq"` // in the stream of jobs

	Places   []int `json:"places,omitempty"`   // of a bundle: of the requests that were submitted again, and no others
	Requests int   `json:"requests,omitempty"` // how many that bundle has
}

func (c *replayCommand) replay(ctx context.Context, s *graveyard, op *operator, l *letter) (replayed, error) {
	if l.Op == "" || l.ID == "" {
		return replayed{}, fmt.Errorf("letter %d names no job of these workers: its subject is %q", l.Seq, l.Subject)
	}
	if l.Unclear != "" {
		return replayed{}, fmt.Errorf("letter %d stays: which of its requests failed cannot be told, and the others were done: %s; "+
			"see \"%s dead show %d --body\", submit what is missing anew, and drop the letter", l.Seq, l.Unclear, shell.Program, l.Seq)
	}
	if err := op.prove(l); err != nil && !c.Unproved {
		return replayed{}, fmt.Errorf("letter %d stays: what it says was signed by key %q cannot be proved: %w; if its key was retired "+
			"or changed and you know the letter to be honest, add --unproved", l.Seq, l.KeyID, err)
	}
	job, err := op.sign(l)
	if err != nil {
		return replayed{}, fmt.Errorf("letter %d stays: %w", l.Seq, err)
	}
	id := job.Header.Get(envelope.HeaderID)
	if err := op.record(ctx, s, l, messages.AuditEvent{Kind: messages.AuditReplayed, ID: id, Was: l.ID}); err != nil {
		return replayed{}, err
	}
	publishing, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	ack, err := s.js.PublishMsg(publishing, job, jetstream.WithMsgID(id))
	if err != nil {
		return replayed{}, fmt.Errorf("letter %d stays: the stream did not acknowledge its job, which may be there all the same; "+
			"replay it again, which does nothing twice: %w", l.Seq, err)
	}
	return replayed{Seq: l.Seq, Was: l.ID, ID: id, JobSeq: ack.Sequence, Places: l.Places, Requests: l.Requests}, s.remove(ctx, l.Seq)
}
