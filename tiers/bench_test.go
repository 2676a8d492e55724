package tiers

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// benchWorld stores a session of n items in segments of 50, and a user with a few facts.
func benchWorld(b *testing.B, n int) *world {
	b.Helper()
	w := newWorld(b, func(c *Config) { c.L1.MaxBytes = 64 << 20 })
	text := strings.Repeat("they talked about the garden and the dog ", 3)
	for start := 0; start < n; start += 50 {
		var items []page.Item
		for i := start; i < min(n, start+50); i++ {
			it := item(fmt.Sprintf("turn-%d", i), text)
			for h := range uint32(18) {
				it.Terms = append(it.Terms, page.Term{Hash: h*7919 + uint32(i%40), D: 1})
			}
			items = append(items, it)
		}
		w.add(session("s"), fmt.Sprintf("r%d", start), puts(w.clock.now(), items...))
	}
	w.store(user("u"), "fact", "likes dogs")
	return w
}

func BenchmarkReadHit(b *testing.B) {
	for _, n := range []int{40, 600} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := benchWorld(b, n)
			w.Read(b.Context(), session("s"), user("u"), page.Freshness{})
			b.ReportAllocs()
			for b.Loop() {
				readBoth(b, w, n)
			}
		})
	}
}

func BenchmarkReadHitParallel(b *testing.B) {
	w := newWorld(b, func(c *Config) { c.L1.MaxBytes = 64 << 20 })
	owners := make([]messages.Owner, 100)
	for i := range owners {
		owners[i] = session(fmt.Sprint("session", i))
		for n := range 6 {
			w.store(owners[i], fmt.Sprint("item", n), "they talked about the garden and the dog")
		}
	}
	var turn atomic.Int64
	b.ReportAllocs()
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			s, _ := w.Read(b.Context(), owners[int(turn.Add(1))%len(owners)], messages.Owner{}, page.Freshness{})
			if s.Stale || s.Page.Len() != 6 {
				b.Error(s.Err)
				return
			}
		}
	})
}

func BenchmarkReadStale(b *testing.B) {
	for _, n := range []int{40, 600} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := benchWorld(b, n)
			w.Read(b.Context(), session("s"), user("u"), page.Freshness{})
			b.ReportAllocs()
			for b.Loop() {
				s, _ := w.Read(b.Context(), session("s"), user("u"), page.Freshness{MaxStale: 1 << 60})
				if s.Page.Len() != n {
					b.Fatal(s.Err)
				}
			}
		})
	}
}

func BenchmarkReadCold(b *testing.B) {
	w := benchWorld(b, 600)
	w.l1.Doubt(w.clock.now()) // what is folded at this time, which does not pass, is loaded anew
	b.ReportAllocs()
	for b.Loop() {
		readBoth(b, w, 600)
	}
}

func readBoth(b *testing.B, w *world, n int) {
	s, u := w.Read(b.Context(), session("s"), user("u"), page.Freshness{})
	if s.Err != nil || u.Err != nil || s.Page.Len() != n || u.Page.Len() != 1 {
		b.Fatal(s.Err, u.Err, s.Page.Len(), u.Page.Len())
	}
}

func BenchmarkAppend(b *testing.B) {
	w := newWorld(b)
	data := puts(w.clock.now(), item("a", "some text of a turn"))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n++
		w.add(session(fmt.Sprint(n)), "r", data)
	}
}

func BenchmarkTake(b *testing.B) {
	w := newWorld(b)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n++
		if _, err := w.Take(b.Context(), "key", fmt.Sprint(n), AskDelivery, time.Hour); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStoreToALargeSession is appends to a session that has so many items,
// with their compaction, and what that reads for each of them.
func BenchmarkStoreToALargeSession(b *testing.B) {
	for _, has := range []int{600, 6000} {
		b.Run(fmt.Sprint(has), func(b *testing.B) {
			w := newWorld(b)
			items := make([]page.Item, has)
			for i := range items {
				items[i] = item(fmt.Sprint("old", i), strings.Repeat("a turn of the session ", 6))
			}
			w.add(session("s"), "old", puts(w.clock.now(), items...))
			n, read := 0, w.nc.Stats().InBytes
			for b.Loop() {
				n++
				w.add(session("s"), fmt.Sprint(n), puts(w.clock.now(), item(fmt.Sprint(n), strings.Repeat("a turn of the session ", 6))))
				if n%(2*w.cfg.Compact.Segments) != 0 {
					continue
				}
				if err := w.compactor.one(b.Context(), ownerSubject(w.short.root, session("s"))); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(w.nc.Stats().InBytes-read)/float64(n), "bytes-read/op")
		})
	}
}

// BenchmarkStoreAndCompact is appends to one session with all of their compaction.
func BenchmarkStoreAndCompact(b *testing.B) {
	w := newWorld(b)
	w.cfg.Compact.Disabled = false
	data := puts(w.clock.now(), item("a", "some text of a turn"))
	owner := messages.Owner{Kind: messages.SessionOwner, Tenant: "t", ID: "s"}
	n := 0
	for b.Loop() {
		n++
		w.add(owner, fmt.Sprint(n), data)
		if n%8 == 0 {
			if _, err := w.Compact(b.Context(), owner); err != nil {
				b.Fatal(err)
			}
		}
	}
}
