package tiers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// What an outline does not tell is found by reading the whole log.
func TestALogIsReadWholeWhereItsOutlineDoesNotDo(t *testing.T) {
	t.Parallel()
	for name, happens := range map[string]func(w *world, before uint64){
		"deletion": func(w *world, _ uint64) { w.add(session("s"), "d", deletes(w.clock.now(), "large7")) },
		"clear": func(w *world, _ uint64) {
			w.add(session("s"), "c", page.AppendSegment(nil, page.Segment{Entries: []page.Entry{{Kind: page.Clear, At: 1}}}))
		},
		"change of which it does not know what came before": func(w *world, old uint64) { w.under(session("s"), "u", session("other"), old) },
		"change that was overtaken": func(w *world, _ uint64) {
			after := w.store(session("other"), "o", "1")
			w.store(session("s"), "between", "1")
			w.under(session("s"), "u", session("other"), after)
		},
		"segment that has to stay": func(w *world, _ uint64) {
			a := appending{tier: w.short, wildcard: ownerSubject(w.short.root, session("s")), name: "a", data: puts(w.clock.now(), item("a", "1")), tried: true}
			if _, err := a.try(w.t.Context()); err != nil {
				w.t.Fatal(err)
			}
		},
		"message that is no segment": func(w *world, _ uint64) { w.reflect(segmentSubject(ownerSubject(w.short.root, session("s")), "x")) },
		"other connection": func(w *world, _ uint64) {
			before := w.nc.Stats().Reconnects
			if err := w.nc.ForceReconnect(); err != nil {
				w.t.Fatal(err)
			}
			w.comesBack(before)
		},
		"other leader": func(w *world, _ uint64) {
			other := &jet.Info{}
			other.Created, other.State.LastSeq = time.Unix(0, w.short.tail.made.Load()), w.streamSeq("KV_ctx_short")
			other.Cluster = &jetstream.ClusterInfo{LeaderSince: &other.Created}
			w.short.compare(0, other)
			w.short.tail.led.Store(0) // which the server itself tells
		},
		"quarter as much": func(w *world, _ uint64) {
			w.add(session("s"), "m", puts(w.clock.now(), item("m", strings.Repeat("y", largeLog/3))))
			w.more(session("s")) // this one is read by its newest part yet
		},
		"merge that is not over": func(w *world, _ uint64) {
			log := w.logOf(ownerSubject(w.short.root, session("s")))
			w.mergeBeside(session("s"), []page.Stored{log[0], log[len(log)-1]})
		},
		"stream that is not as far": func(w *world, _ uint64) {
			o, ok := w.compactor.outlines.take(ownerSubject(w.short.root, session("s")), w.short.ground())
			if !ok {
				w.t.Fatal("there is no outline")
			}
			o.upTo += 1000
			w.compactor.outlines.put(ownerSubject(w.short.root, session("s")), o)
		},
		"failure": func(w *world, _ uint64) {
			ctx, cancel := context.WithCancel(w.t.Context())
			cancel()
			if _, err := w.Compact(ctx, session("s")); err == nil {
				w.t.Fatal("it did not fail")
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			old := w.store(session("other"), "o", "0")
			w.large(session("s"), largeLog)
			happens(w, old)
			before := w.looks("all")
			w.more(session("s"))
			if got := w.looks("all") - before; got != 1 {
				t.Errorf("the log was read whole %d times, want once", got)
			}
		})
	}
}

// A condition that held is no reason to read more than what is new.
func TestChangesUnderAConditionAreMergedByAnOutline(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.large(session("s"), largeLog)
	v, _ := w.see(session("s"), page.Freshness{})
	cond := page.Condition{Unchanged: true, LastSegment: v.Page.LastSegment()}
	if _, err := w.Append(t.Context(), session("s"), "u", puts(w.clock.now(), item("large7", "changed")), cond); err != nil {
		t.Fatal(err)
	}
	w.more(session("s"))
	if got := w.looks("newest"); got != 1 {
		t.Errorf("the newest part was read %d times, want once", got)
	}
	v, _ = w.see(session("s"), page.Freshness{Reload: true})
	if i, ok := v.Page.Find("large7"); !ok || v.Page.Text(i) != "changed" || v.Page.Len() != 100+2*w.perLook() {
		t.Errorf("%d items, or not as one was changed", v.Page.Len())
	}
}

// A replica that lags gives no part of a log that is to be merged.
func TestTheNewestPartOfALogIsAsNewAsTheLeaderKnows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.append(session("s"))
	last := w.streamSeq("KV_ctx_short")
	w.append(session("s"))
	upTo := fmt.Sprintf(`,"up_to_seq":%d}`, last)
	w.divert(w.short, func(m *nats.Msg, forward func([]byte)) {
		forward([]byte(strings.TrimSuffix(string(m.Data), "}") + upTo))
	})
	w.short.lead.replicated.Store(true)
	if b, err := w.short.newestFrom(t.Context(), ownerSubject(w.short.root, session("s")), 2); !errors.Is(err, errOutdated) {
		t.Errorf("read up to %d, as the replica has it: %v", b.upTo, err)
	}
}

// A log of which some has to stay has no outline: that would not tell of it, nor
// of what is older, and a merge could take in the one without the other.
func TestALogOfWhichSomeHasToStayHasNoOutline(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o, wildcard := session("s"), ownerSubject(w.short.root, session("s"))
	w.add(o, "large", hundred(w, largeLog))
	w.store(o, "early", "x")
	log := w.logOf(wildcard)
	held := appending{tier: w.short, wildcard: wildcard, name: "held", data: puts(w.clock.now(), item("held", "x")), tried: true}
	if _, err := held.try(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.add(o, "left", puts(w.clock.now(), item("left", strings.Repeat("y", largeLog/8))))
	if err := w.short.merge(t.Context(), wildcard, log[1:]); err != nil { // read before there was one that stays
		t.Fatal(err)
	}
	late := w.logOf(wildcard)[3]
	w.more(o) // of the newest
	for i := range w.perLook() {
		w.add(o, fmt.Sprint("more", i), puts(w.clock.now(), item(fmt.Sprint("more", i), strings.Repeat("z", largeLog/8/w.perLook()))))
	}
	if _, err := w.Compact(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(w.logOf(wildcard), func(s page.Stored) bool { return s.Seq == late.Seq }) {
		t.Errorf("%s was merged with what is newer than a segment that stays", late.Name)
	}
}

// A condition that is older than what an outline stands for cannot be judged by what has come since.
func TestAConditionThatAnOutlineCannotJudgeHasAllRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	known := outline{pieces: []piece{{Stored: page.Stored{Name: "b", Seq: 6}, newest: 6}}, upTo: 6}
	for after, want := range map[uint64]error{5: errOutdated, 6: nil} {
		b := batch{segs: []page.Stored{{Name: "c", Seq: 9, Data: puts(w.clock.now(), item("c", "x"))}}, conds: []conditional{{9, after}}}
		if _, err := w.short.complete(t.Context(), ownerSubject(w.short.root, session("s")), &known, &b, 7); !errors.Is(err, want) {
			t.Errorf("a condition on %d: %v; want %v", after, err, want)
		}
	}
}

// A log that was read whole on another connection has an outline of that from then on.
func TestAnOutlineIsOfTheConnectionThatItWasReadOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.reconnect()
	w.large(session("s"), largeLog)
	before := w.looks(looksAtNewest)
	w.more(session("s"))
	if got := w.looks(looksAtNewest) - before; got != 1 {
		t.Errorf("its newest part was read %d times, want once", got)
	}
}
