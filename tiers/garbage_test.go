package tiers

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// A server may be broken, or the way from it: answers lack messages or headers, have
// them twice, in another order, cut short, or with other numbers. A read of such
// answers ends, and once they are sound again, and the stream was asked how far it
// is, so are reads: nothing of them stays in L1 that passes for fresh.
func TestReadsOutliveAnswersThatAreGarbage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) {
		c.Read.Attempt, c.Read.Deadline, c.Breaker.Failures = 5*time.Millisecond, 20*time.Millisecond, 1_000_000
		c.Read.AnswerBytes, c.Compact.Disabled = 2<<10, true
	})
	var spoil atomic.Pointer[[]spoiled]
	spoil.Store(new([]spoiled))
	w.divert(w.short, func(m *nats.Msg, _ func([]byte)) {
		answer := w.answerTo(m.Data)
		for _, s := range *spoil.Load() {
			answer = s.spoil(answer)
		}
		for _, part := range answer {
			part.Subject, part.Reply = m.Reply, ""
			if err := w.nc.PublishMsg(part); err != nil {
				t.Error(err)
			}
		}
	})
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		spoil.Store(new([]spoiled))
		o, want := session(fmt.Sprint("s", run)), []string{}
		store := func() {
			id := fmt.Sprint("i", len(want))
			w.store(o, id, strings.Repeat("x", rapid.SampledFrom([]int{1, 1, 1000}).Draw(rt, "bytes")))
			want = append(want, id)
		}
		for range rapid.IntRange(1, 4).Draw(rt, "segments") {
			store()
		}
		if rapid.Bool().Draw(rt, "has a page") {
			await.That(t, "it has a page", func() bool { return w.view(o, page.Freshness{}).Err == nil })
			store()
		}
		how := rapid.SliceOfN(rapid.Custom(spoiling), 1, 1).Draw(rt, "how")
		spoil.Store(&how)
		for range 2 {
			w.view(o, page.Freshness{Reload: rapid.Bool().Draw(rt, "reload")})
		}
		spoil.Store(new([]spoiled))
		w.clock.advance(time.Second)
		if _, err := w.short.refresh(t.Context()); err != nil {
			rt.Fatal(err)
		}
		var v page.View
		await.That(t, "reads are fresh again", func() bool {
			v = w.view(o, page.Freshness{})
			return v.Err == nil && !v.Stale
		})
		got := []string{}
		for i := range v.Page.Len() {
			got = append(got, v.Page.ID(i))
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			rt.Fatalf("%q; want %q", got, want)
		}
	})
}

// answerTo is the server's own answer to a direct get.
func (w *world) answerTo(body []byte) (answer []*nats.Msg) {
	w.t.Helper()
	inbox := w.nc.NewInbox()
	sub, err := w.nc.SubscribeSync(inbox)
	if err == nil {
		err = w.nc.PublishRequest(jet.DirectGet+w.short.stream.Name, inbox, body)
	}
	for err == nil {
		var m *nats.Msg
		if m, err = sub.NextMsg(10 * time.Second); err == nil {
			if answer = append(answer, m); len(m.Data) == 0 && m.Header.Get("Status") != "" {
				return answer
			}
		}
	}
	w.t.Error(err)
	return nil
}

// A spoiled is one thing that is wrong with an answer.
type spoiled struct {
	what   string
	at     int
	header string
	value  string
}

func spoiling(rt *rapid.T) spoiled {
	return spoiled{
		what:   rapid.SampledFrom([]string{"drop", "twice", "swap", "no header", "header", "header", "header", "cut", "empty", "silence"}).Draw(rt, "what"),
		at:     rapid.IntRange(0, 5).Draw(rt, "at"),
		header: rapid.SampledFrom([]string{"Status", "Description", "Nats-Subject", "Nats-Sequence", "Nats-Last-Sequence", "Nats-Num-Pending", "Nats-UpTo-Sequence"}).Draw(rt, "header"),
		value:  rapid.SampledFrom([]string{"", "x", "0", "1", "-1", "7", "204", "404", "413", "500", "503", "18446744073709551615", "18446744073709551616", "No Results", "Message Not Found"}).Draw(rt, "value"),
	}
}

func (s spoiled) spoil(answer []*nats.Msg) []*nats.Msg {
	if len(answer) == 0 {
		return answer
	}
	at := len(answer) - 1 - s.at%len(answer)
	m := answer[at]
	switch s.what {
	case "drop":
		return slices.Delete(answer, at, at+1)
	case "twice":
		return slices.Insert(answer, at, m)
	case "swap":
		answer[0], answer[at] = answer[at], answer[0]
	case "no header":
		delete(m.Header, s.header)
	case "header":
		if m.Header != nil {
			m.Header[s.header] = []string{s.value}
		}
	case "cut":
		m.Data = m.Data[:len(m.Data)/2]
	case "empty":
		m.Header, m.Data = nil, nil
	case "silence":
		return nil
	}
	return answer
}
