package chaos

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"
)

// tell writes down all that is known of the registers whose histories are not
// right, in the order of their calls: whoever reads it can tell which answer
// was wrong, and by the times which fault it met.
func (g *registers) tell(timeout time.Duration, log func(format string, args ...any)) {
	judged := byRegister(g.judged())
	g.mu.Lock()
	all := byRegister(g.history)
	g.mu.Unlock()
	for _, history := range judged {
		got := porcupine.CheckOperationsTimeout(model(), history, timeout)
		if got == porcupine.Ok {
			continue
		}
		name := history[0].Input.(swap).register
		log("register %s: %s", name, got)
		for _, part := range all {
			if part[0].Input.(swap).register == name {
				g.tellOne(part, log)
			}
		}
	}
}

func (g *registers) tellOne(history []porcupine.Operation, log func(format string, args ...any)) {
	slices.SortStableFunc(history, func(a, b porcupine.Operation) int { return cmp.Compare(a.Call, b.Call) })
	for _, op := range history {
		in, out := op.Input.(swap), op.Output.(outcome)
		seen := ""
		if out.result == unknown && g.seen[in.text] {
			seen = ", seen"
		}
		log("  %s to %s: %q at %d to %q: %s%s, revision %d %s", moment(op.Call), moment(op.Return),
			in.expected, in.revision, in.text, out.result, seen, out.revision, out.code)
	}
}

// moment writes a time since the start of the run.
func moment(nanoseconds int64) string {
	if nanoseconds == math.MaxInt64 {
		return "-"
	}
	return fmt.Sprintf("+%.3fs", time.Duration(nanoseconds).Seconds())
}

func (r result) String() string {
	return [...]string{swapped: "swapped", conflict: "conflict", unknown: "unknown", looked: "looked"}[r]
}
