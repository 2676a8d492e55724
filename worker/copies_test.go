package worker

import (
	"fmt"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// A copy of a job comes to a worker before the job itself, which another took up
// and died over: the copy is a replay, and the job is done all the same.
func TestACopyThatComesFirstDoesNotKeepTheJobOut(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	w := r.make(options{})
	c := aStore.with(func(c *call) { c.id = newID(t) })
	m := r.message(messages.LaneJob, c)
	if first, err := w.tiers.Take(t.Context(), "full", c.id, "job:1", patience); !first || err != nil {
		t.Fatalf("first %t, %v", first, err)
	}
	for _, delivered := range []struct {
		seq  uint64
		want verdict
	}{{2, drop}, {1, acknowledge}, {2, drop}} {
		d := delivery{
			lane: messages.LaneJob, subject: m.Subject, header: m.Header, body: m.Data, name: fmt.Sprint("job:", delivered.seq),
			streamTime: time.Now(), streamSeq: delivered.seq, attempts: 1,
		}
		v, err := w.verify(d, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		j := &job{w: w.Worker, delivery: d, message: &settledMsg{}}
		if got := j.attempt(t.Context(), v); got.verdict != delivered.want {
			t.Errorf("%s: %+v; want verdict %d", d.name, got, delivered.want)
		}
	}
}

// A worker remembers a read for as long as copies of it are taken: by a clock that
// was ahead of its own by all that it may be, that is twice as long as by its own.
func TestACopyOfAReadIsKnownForAsLongAsItIsTaken(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	start := time.Now()
	now := start
	w := r.make(options{deps: func(d *Deps) { d.Clock = func() time.Time { return now } }})
	come := func(id string, signed time.Time) error {
		t.Helper()
		m := r.message(messages.LaneAsk, aList.with(func(c *call) { c.id, c.time, c.reply = id, signed, "_INBOX.x" }))
		d := delivery{lane: messages.LaneAsk, subject: m.Subject, reply: m.Reply, header: m.Header, body: m.Data, name: askDelivery}
		v, err := w.verify(d, now)
		if err != nil {
			t.Fatal(err)
		}
		return w.first(v, d)
	}
	id := newID(t)
	now = start.Add(messages.TimeWindow - time.Second)
	signed := now.Add(messages.TimeWindow - time.Second)
	if err := come(id, signed); err != nil {
		t.Fatal(err)
	}
	for _, later := range []time.Duration{messages.TimeWindow, 2 * messages.TimeWindow} { // others, by which it may forget
		now = start.Add(later + time.Second)
		if err := come(newID(t), now); err != nil {
			t.Fatal(err)
		}
	}
	if err := come(id, signed); !messages.HasCode(err, messages.CodeReplayed) {
		t.Errorf("a copy %s later: %v; want it known", now.Sub(start), err)
	}
}

// Copies of what a caller has sent do not use up its key's rate, whether that
// changed something or not.
func TestCopiesCostNoRate(t *testing.T) {
	t.Parallel()
	for _, c := range []call{aStore, aList} {
		t.Run(string(c.op), func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			now := time.Now()
			r.start(options{deps: func(d *Deps) { d.Clock = func() time.Time { return now } }})
			slow := c.with(func(c *call) { c.key, c.id = "slow", newID(t) }) // 2 at once
			if o := r.ask(slow); o.failed != nil {
				t.Fatal(o.failed)
			}
			for range 3 {
				fails(t, r.ask(slow), messages.CodeReplayed)
			}
			if o := r.ask(slow.with(func(c *call) { c.id = newID(t) })); o.failed != nil {
				t.Errorf("after copies of another: %v", o.failed)
			}
		})
	}
}
