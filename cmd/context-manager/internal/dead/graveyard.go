package dead

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/streams"
)

// A graveyard is the stream of dead letters, open.
type graveyard struct {
	nc       *nats.Conn
	js       jetstream.JetStream
	stream   jetstream.Stream
	subjects messages.Subjects
	timeout  time.Duration
}

func (s *graveyard) close() { s.nc.Close() }

// open connects and finds the stream.
func (f *flags) open(ctx context.Context) (*graveyard, error) {
	subjects, err := messages.NewSubjects(f.Prefix)
	if err != nil {
		return nil, err
	}
	nc, err := f.Connect(nats.Name(shell.Program))
	if err != nil {
		return nil, err
	}
	s := &graveyard{nc: nc, subjects: subjects, timeout: f.Timeout}
	if err := s.find(ctx, streams.NamesOf(f.Prefix).Dead); err != nil {
		nc.Close()
		return nil, err
	}
	return s, nil
}

func (s *graveyard) find(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	var err error
	if s.js, err = jetstream.New(s.nc); err != nil {
		return err
	}
	if s.stream, err = s.js.Stream(ctx, name); errors.Is(err, jetstream.ErrStreamNotFound) {
		return fmt.Errorf("there is no stream %s: the first worker makes it; is --prefix that of your workers?", name)
	}
	if errors.Is(err, nats.ErrNoResponders) || errors.Is(err, jetstream.ErrJetStreamNotEnabled) || errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount) {
		return fmt.Errorf("look for the stream %s: the NATS account of this user has no streams: connect as an operator of the workers' account: %w", name, err)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("look for the stream %s: nothing answers, as where the NATS user may not ask for streams: connect as an operator of the workers' account: %w", name, s.explained(err))
	}
	if err != nil {
		return fmt.Errorf("look for the stream %s: %w", name, err)
	}
	return nil
}

// explained adds to the end of a wait what the server has refused of this connection,
// which answers no question that the user may not ask.
func (s *graveyard) explained(err error) error {
	if refused := s.nc.LastError(); errors.Is(err, context.DeadlineExceeded) && errors.Is(refused, nats.ErrPermissionViolation) && !errors.Is(err, refused) {
		return fmt.Errorf("%w: %w", err, refused)
	}
	return err
}

// get reads one letter with its body.
func (s *graveyard) get(ctx context.Context, seq uint64) (*letter, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	m, err := s.kept(ctx, seq)
	if errors.Is(err, nats.ErrMsgNotFound) || seq == 0 { // which the server would take for no question
		return nil, fmt.Errorf("there is no dead letter %d: \"%s dead ls\" shows those there are", seq, shell.Program)
	}
	if err != nil {
		return nil, fmt.Errorf("read dead letter %d: %w", seq, err)
	}
	l := s.letter(seq, m.Header, m.Data, len(m.Data))
	l.open()
	return l, nil
}

// kept is what the stream has at a sequence.
func (s *graveyard) kept(ctx context.Context, seq uint64) (*nats.RawStreamMsg, error) {
	return streams.Message(ctx, s.nc, s.stream.CachedInfo().Config.Name, seq)
}

// remove deletes a letter and overwrites what it held: that is text of items.
// One that is gone already is as good as removed.
func (s *graveyard) remove(ctx context.Context, seq uint64) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	err := s.stream.SecureDeleteMsg(ctx, seq)
	if err == nil {
		return nil
	}
	if _, gone := s.kept(ctx, seq); errors.Is(gone, nats.ErrMsgNotFound) {
		return nil
	}
	return fmt.Errorf("remove dead letter %d: %w", seq, err)
}
