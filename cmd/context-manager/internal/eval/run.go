package eval

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/imports"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// What is measured: recall among so many items, and within so many tokens.
var (
	itemCounts   = [...]int{5, 10, 25, 50}
	tokenBudgets = [...]int{256, 512, 1024, 2048, 4096}
)

// ample is no limit beside a number of items.
const ample = 1 << 20

// An evaluation is one conversation's way through the service.
type evaluation struct {
	client       *client.Client
	conversation *conversation
	scores       *scores
	done         func(steps int)
}

// run stores the conversation, asks its questions, and removes it again unless
// it is kept, also where the evaluation fails or is interrupted.
func (e *evaluation) run(ctx context.Context, keep bool) (err error) {
	if err := e.clear(ctx); err != nil { // what one left that was killed
		return err
	}
	if !keep {
		defer func() { err = errors.Join(err, e.remove(context.WithoutCancel(ctx))) }()
	}
	if _, err := imports.Store(ctx, whole{e.client}, e.conversation.records, e.done); err != nil {
		return err
	}
	for i := range e.conversation.questions {
		if err := e.ask(ctx, &e.conversation.questions[i]); err != nil {
			return err
		}
		e.done(1)
	}
	return nil
}

// remove removes the conversation, for which it has the time of a call.
func (e *evaluation) remove(ctx context.Context) error {
	if err := e.clear(ctx); err != nil {
		return fmt.Errorf("its session %q stays until it is evaluated again, or \"%s clear\" removes it: %w", e.conversation.session, shell.Program, err)
	}
	return nil
}

// A whole client ends a store that it has begun also when it is interrupted: one
// that is given up may take effect after its session was cleared.
type whole struct{ *client.Client }

// Store stores items, for as long as a call may take.
func (c whole) Store(ctx context.Context, r messages.StoreRequest) (messages.StoreReply, error) {
	return c.Client.Store(context.WithoutCancel(ctx), r)
}

func (e *evaluation) clear(ctx context.Context) error {
	_, err := e.client.Clear(ctx, messages.ClearRequest{Session: e.conversation.session})
	return err
}

// ask asks one question at every size, and counts what of its evidence is there.
func (e *evaluation) ask(ctx context.Context, q *question) error {
	var found shares
	for i, k := range itemCounts {
		recall, err := e.recall(ctx, q, messages.AssembleRequest{MaxItems: k, MaxTokens: ample})
		if err != nil {
			return err
		}
		found.items[i] = recall
	}
	for i, n := range tokenBudgets {
		recall, err := e.recall(ctx, q, messages.AssembleRequest{MaxTokens: n})
		if err != nil {
			return err
		}
		found.tokens[i] = recall
	}
	e.scores.add(q.category(), found)
	return nil
}

// recall is the share of the question's evidence that the context holds.
func (e *evaluation) recall(ctx context.Context, q *question, r messages.AssembleRequest) (float64, error) {
	r.Session, r.Query = e.conversation.session, q.Question
	r.Format, r.Now = messages.FormatText, e.conversation.end
	began := time.Now()
	reply, err := e.client.Assemble(ctx, r)
	if err != nil {
		return 0, err
	}
	e.scores.took(time.Since(began))
	return recallOf(q.Evidence, reply.IDs), nil
}

func recallOf(evidence, ids []string) float64 {
	have := make(map[string]bool, len(ids))
	for _, id := range ids {
		have[id] = true
	}
	found := 0
	for _, id := range evidence {
		if have[id] {
			found++
		}
	}
	return float64(found) / float64(len(evidence))
}
