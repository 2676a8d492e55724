package worker

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

// TestTextsDoNotMix: replies are rendered into memory that is used again, so
// many at once must each hold their own session's lines, whole.
func TestTextsDoNotMix(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{})
	const sessions, turns = 8, 20
	line := func(s int) string { return strings.Repeat(fmt.Sprintf("word%d ", s), 10+20*s) + "end" }
	for s := range sessions {
		store := messages.StoreRequest{Session: fmt.Sprint(s)}
		for n := range turns {
			store.Items = append(store.Items, messages.Item{Level: messages.ShortTerm, Text: fmt.Sprint(n, " ", line(s))})
		}
		must[messages.StoreReply](t, r.ask(call{op: messages.OpStore, body: store}))
	}
	var callers sync.WaitGroup
	for c := range 2 * sessions {
		callers.Go(func() {
			for range 20 {
				s := c % sessions
				reply := must[messages.AssembleReply](t, r.ask(call{op: messages.OpAssemble, body: messages.AssembleRequest{
					Session: fmt.Sprint(s), Query: fmt.Sprintf("word%d", s), MaxTokens: 100_000, Format: messages.FormatText,
				}}))
				if n := strings.Count(reply.Text, line(s)+"\n"); n != turns {
					t.Errorf("session %d: %d of %d lines are whole in %.200q", s, n, turns, reply.Text)
					return
				}
			}
		})
	}
	callers.Wait()
}
