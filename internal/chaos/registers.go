package chaos

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

const (
	registerSession = "registers"
	registerCount   = 4
	perRegister     = 200 // operations, then others take their place: a check takes time
	attemptTime     = 4 * time.Second
)

// A swap is a compare-and-set of a register's text.
type swap struct {
	register string
	expected string // the text of the revision that was given
	text     string // unique
}

// A result is what came of a swap.
type result int

const (
	swapped  result = iota
	conflict        // another text was there
	unknown         // no answer: it may have taken effect, at any time since
	looked          // no swap: expected is what was read when all was quiet
)

// registers records swaps, and judges whether they had effect one at a time,
// each at some moment between its call and its answer.
type registers struct {
	clock func() time.Time
	start time.Time

	mu      sync.Mutex
	history []porcupine.Operation
	made    map[string]bool
	seen    map[string]bool // texts that somebody has seen to be there
	begun   int
}

func newRegisters(clock func() time.Time) *registers {
	return &registers{clock: clock, start: clock(), made: map[string]bool{}, seen: map[string]bool{}}
}

func (g *registers) now() int64 { return g.clock().Sub(g.start).Nanoseconds() }

// pick chooses a register.
func (g *registers) pick(chance *rand.Rand) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.begun++
	return fmt.Sprintf("r%d-%d", g.begun/(perRegister*registerCount), chance.IntN(registerCount))
}

// see notes that a text was there.
func (g *registers) see(text string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.seen[text] = true
}

func (g *registers) record(who int, call int64, in swap, out result) {
	back := g.now()
	if out == unknown {
		back = math.MaxInt64
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if out == swapped {
		g.seen[in.text] = true
	}
	g.history = append(g.history, porcupine.Operation{ClientId: who, Input: in, Call: call, Output: out, Return: back})
}

// model is a register per name, which holds a text. Its first is the one that
// it was made with: its own name.
func model() porcupine.Model {
	return porcupine.Model{
		Partition: byRegister,
		Init:      func() any { return "" },
		Step: func(state, input, output any) (bool, any) {
			in, text := input.(swap), state.(string)
			if text == "" {
				text = in.register
			}
			switch is := in.expected == text; output.(result) {
			case conflict:
				return !is, text
			case looked:
				return is, text
			default:
				return is, in.text
			}
		},
		DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v: %v", input, output) },
	}
}

func byRegister(history []porcupine.Operation) [][]porcupine.Operation {
	parts := map[string][]porcupine.Operation{}
	for _, op := range history {
		name := op.Input.(swap).register
		parts[name] = append(parts[name], op)
	}
	var all [][]porcupine.Operation
	for _, part := range parts {
		all = append(all, part)
	}
	return all
}

// check judges the history. A swap without an answer counts if its text was
// seen; if nobody ever saw it, whether it happened makes no difference.
func (g *registers) check(timeout time.Duration) porcupine.CheckResult {
	g.mu.Lock()
	defer g.mu.Unlock()
	var history []porcupine.Operation
	for _, op := range g.history {
		if op.Output != unknown || g.seen[op.Input.(swap).text] {
			history = append(history, op)
		}
	}
	return porcupine.CheckOperationsTimeout(model(), history, timeout)
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

func (g *registers) claim(register string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.made[register] {
		return false
	}
	g.made[register] = true
	return true
}

// swap sets a register to a new text if it is as it was seen.
func (s *swapper) swap(ctx context.Context, register string, it messages.Item) (messages.Item, error) {
	s.n++
	in := swap{register: register, expected: it.Text, text: fmt.Sprintf("%s by %d, %d", register, s.who, s.n)}
	call := s.g.now()
	reply, err := s.client.Update(ctx, messages.UpdateRequest{Session: registerSession, ID: register, Revision: it.Revision, Text: &in.text})
	s.h.count("swap", err)
	switch {
	case err == nil:
		s.g.record(s.who, call, in, swapped)
	case messages.HasCode(err, messages.CodeConflict):
		s.g.record(s.who, call, in, conflict)
	default:
		s.g.record(s.who, call, in, unknown)
	}
	return reply.Item, err
}

// finish reads every register when all is quiet.
func (g *registers) finish(items []messages.Item) {
	for _, it := range items {
		g.see(it.Text)
		call := g.now()
		g.record(0, call, swap{register: it.ID, expected: it.Text}, looked)
	}
}
