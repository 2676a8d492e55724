package chaos

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/context-manager/context-manager/messages"
)

const (
	registerSession = "registers"
	registerCount   = 4
	perRegister     = 200 // operations, then others take their place: a check takes time
	attemptTime     = 4 * time.Second
)

// A result is what came of a swap.
type result int

const (
	swapped  result = iota
	conflict        // another text was there
	unknown         // no answer: it may have taken effect, at any time since
	looked          // no swap: expected is what was read when all was quiet
)

// An outcome is what a swapper knows of a swap. Only its result is judged; the
// rest is for whoever reads the history.
type outcome struct {
	result   result
	revision uint64 // that it came to, or that a conflict named; 0 if not known
	code     string // of its error
}

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

func (g *registers) record(who int, call int64, in swap, out outcome) {
	back := g.now()
	if out.result == unknown {
		back = math.MaxInt64
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if out.result == swapped {
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
			switch is := in.expected == text; output.(outcome).result {
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
	return slices.Collect(maps.Values(parts))
}

// check judges the history.
func (g *registers) check(timeout time.Duration) porcupine.CheckResult {
	return porcupine.CheckOperationsTimeout(model(), g.judged(), timeout)
}

// judged is what counts of the history. A swap without an answer counts if its
// text was seen. If nobody ever saw it, not even the last look at the register,
// it left no text that a later swap could have met, be it refused or done.
func (g *registers) judged() []porcupine.Operation {
	g.mu.Lock()
	defer g.mu.Unlock()
	var history []porcupine.Operation
	for _, op := range g.history {
		if op.Output.(outcome).result != unknown || g.seen[op.Input.(swap).text] {
			history = append(history, op)
		}
	}
	return history
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

// finish reads every register when all is quiet, and tells which of those that
// were used are not there.
func (g *registers) finish(items []messages.Item) (lost []string) {
	missing := map[string]bool{}
	for _, op := range g.history {
		if op.Output.(outcome).result == swapped {
			missing[op.Input.(swap).register] = true
		}
	}
	for _, it := range items {
		delete(missing, it.ID)
		g.see(it.Text)
		call := g.now()
		g.record(0, call, swap{register: it.ID, expected: it.Text, revision: it.Revision}, outcome{result: looked})
	}
	return slices.Sorted(maps.Keys(missing))
}
