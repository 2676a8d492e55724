package dead

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/keys"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/ring"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// settleFlags are what the commands that settle dead letters have.
type settleFlags struct {
	flags
	keys.SignFlags
	ring.Flags
	letterFilter
	Sequence []uint64 `arg:"" optional:"" help:"Sequences of the letters, as 'dead ls' says."`
	All      bool     `help:"All letters that there are as it begins, or those of them that the filters keep."`
}

// Validate checks how long an operator waits, and which letters are meant.
func (f *settleFlags) Validate() error { return cmp.Or(f.flags.Validate(), f.checkWords()) }

// check wants either sequences or --all: a filter alone might be a slip.
func (f *settleFlags) check() error {
	if (len(f.Sequence) > 0) == f.All {
		return shell.Usagef("name letters by their sequences, or take --all with filters, and not both")
	}
	if !f.All && f.any() {
		return shell.Usagef("filters go with --all: sequences name letters already")
	}
	return nil
}

// sequences are those that were named, or those of all letters that match.
func (f *settleFlags) sequences(ctx context.Context, s *graveyard) ([]uint64, error) {
	if !f.All {
		return f.Sequence, nil
	}
	found, err := s.matching(ctx, &f.letterFilter)
	if err != nil {
		return nil, err
	}
	sequences := make([]uint64, len(found))
	for i, l := range found {
		sequences[i] = l.Seq
	}
	return sequences, nil
}

// settle opens what settling needs, and does it to each letter. One that
// cannot be settled stays, is told of, and does not hold up the others.
func (f *settleFlags) settle(ctx context.Context, sh *shell.Shell, do func(context.Context, *graveyard, *operator, *letter) error) error {
	if err := f.check(); err != nil {
		return err
	}
	op, err := f.operator(sh)
	if err != nil {
		return err
	}
	s, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	op.verifier = envelope.NewVerifier(f.Audience, s.subjects, op.ring, envelope.Limits{})
	sequences, err := f.sequences(ctx, s)
	if err != nil {
		return s.explained(err)
	}
	if len(sequences) == 0 {
		return nothingToSettle(sh)
	}
	var failures []error
	for _, seq := range sequences {
		l, err := s.get(ctx, seq)
		if err == nil {
			err = do(ctx, s, op, l)
		}
		failures = append(failures, s.explained(err))
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(failures...)
}

// nothingToSettle says that there is no letter that the filters keep, which is no failure.
func nothingToSettle(sh *shell.Shell) error {
	_, err := fmt.Fprintln(sh.Err, shell.Plural(0, "dead letter"), "to settle")
	return err
}

// An operator is who settles dead letters: a key with the grant "admin".
type operator struct {
	keyID    string
	signer   *envelope.Signer
	ring     *envelope.Ring
	verifier *envelope.Verifier // judges as the workers do
	now      func() time.Time
}

// operator reads the operator's key, and judges it by the workers' ring.
func (f *settleFlags) operator(sh *shell.Shell) (*operator, error) {
	key, err := f.Load(sh.Env)
	if err != nil {
		return nil, err
	}
	source, err := f.Source(sh.Env, "settling dead letters needs the workers' key ring")
	if err != nil {
		return nil, err
	}
	keyRing, _, err := source.Load()
	if err != nil {
		return nil, err
	}
	if err := mayAdminister(keyRing, key); err != nil {
		return nil, err
	}
	signer, err := envelope.NewSigner(key.ID, key.Secret, f.Audience)
	if err != nil {
		return nil, err
	}
	return &operator{keyID: key.ID, signer: signer, ring: keyRing, now: sh.Now}, nil
}

// mayAdminister refuses a key that is not in the ring, or not an operator's.
func mayAdminister(workers *envelope.Ring, key keys.Key) error {
	entry, found := workers.Find(key.ID)
	proved := found && !entry.Retired && slices.ContainsFunc(entry.Secrets, func(s envelope.Secret) bool {
		return bytes.Equal(s.Bytes(), key.Secret.Bytes())
	})
	if !proved {
		return fmt.Errorf("the ring does not hold the key %q with this secret: is it that of your workers?", key.ID)
	}
	if !slices.Contains(entry.Grants, messages.GrantAdmin) {
		return messages.Errorf(messages.CodeForbidden, "the key %q lacks the grant %q, which settling dead letters needs", key.ID, messages.GrantAdmin)
	}
	return nil
}

// record writes to the audit who does what to a letter, before it is done. It
// waits until the stream has the record: without it nothing is done.
func (o *operator) record(ctx context.Context, s *graveyard, l *letter, e messages.AuditEvent) error {
	e.At, e.Worker, e.KeyID, e.Proved = o.now().UnixMilli(), shell.Program+" dead", o.keyID, true
	e.Lane, e.Tenant, e.Op, e.Code, e.Reason = messages.LaneJob, l.Tenant, l.Op, l.Code, l.which()
	doc, err := messages.AppendAudit(nil, e)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	if _, err := s.js.Publish(ctx, s.subjects.Audit("operator"), doc); err != nil {
		return fmt.Errorf("letter %d stays: the audit stream did not take the record of it: %w", l.Seq, err)
	}
	return nil
}
