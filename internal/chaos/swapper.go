package chaos

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// A swap is a compare-and-set of a register's text.
type swap struct {
	register string
	expected string // the text of the revision that was given
	revision uint64 // that one
	text     string // unique
}

// A swapper swaps as the clients of one register do: it reads, decides, and
// sets if nothing changed since. It never tries again by itself, so that each
// answer is that of one request.
type swapper struct {
	who    int
	client *client.Client
	chance *rand.Rand
	g      *registers
	h      *history
	n      int
}

func (s *swapper) run(ctx context.Context) {
	ticker := time.NewTicker(pace)
	defer ticker.Stop()
	for ctx.Err() == nil {
		s.one(context.WithoutCancel(ctx), s.g.pick(s.chance))
		<-ticker.C
	}
}

func (s *swapper) one(ctx context.Context, register string) {
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	it, err := s.look(ctx, register)
	for range 1 + s.chance.IntN(3) {
		if err != nil {
			return
		}
		it, err = s.swap(ctx, register, it)
	}
}

// look reads a register, and makes it if it is not there.
func (s *swapper) look(ctx context.Context, register string) (messages.Item, error) {
	reply, err := s.client.List(ctx, messages.ListRequest{Session: registerSession, IDs: []string{register}})
	if err != nil {
		return messages.Item{}, err
	}
	if len(reply.Items) == 1 {
		s.g.see(reply.Items[0].Text)
		return reply.Items[0], nil
	}
	return s.make(ctx, register)
}

// make stores a register with its name as its text. Only one swapper may: two
// stores of one id replace each other, which is no compare-and-set.
func (s *swapper) make(ctx context.Context, register string) (messages.Item, error) {
	if !s.g.claim(register) {
		return messages.Item{}, messages.Errorf(messages.CodeNotFound, "%s is being made", register)
	}
	reply, err := s.client.Store(ctx, messages.StoreRequest{Session: registerSession, Items: []messages.Item{{ID: register, Text: register}}})
	if err != nil {
		return messages.Item{}, err // if it was not made, nobody uses it
	}
	return messages.Item{ID: register, Text: register, Revision: reply.Revision.Session}, nil
}

// swap sets a register to a new text if it is as it was seen.
func (s *swapper) swap(ctx context.Context, register string, it messages.Item) (messages.Item, error) {
	s.n++
	in := swap{register: register, expected: it.Text, revision: it.Revision, text: fmt.Sprintf("%s by %d, %d", register, s.who, s.n)}
	call := s.g.now()
	reply, err := s.client.Update(ctx, messages.UpdateRequest{Session: registerSession, ID: register, Revision: it.Revision, Text: &in.text})
	s.h.count("swap", err)
	out := outcome{result: unknown, code: nameOf(err)}
	var refused *messages.Error
	switch {
	case err == nil:
		out.result, out.revision = swapped, reply.Item.Revision
	case messages.HasCode(err, messages.CodeConflict) && errors.As(err, &refused):
		out.result, out.revision = conflict, refused.Revision
	}
	s.g.record(s.who, call, in, out)
	return reply.Item, err
}
