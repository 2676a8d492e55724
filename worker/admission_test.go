package worker

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"pgregory.net/rapid"
)

func testAdmission(count int, bytes int64) *admission {
	return newAdmission(count, bytes, newMetrics().loadOf("ask"))
}

func TestAdmissionRefusesPastTheCount(t *testing.T) {
	t.Parallel()
	a := testAdmission(2, 100)
	first, ok1 := a.try(1)
	_, ok2 := a.try(1)
	if !ok1 || !ok2 {
		t.Fatal("two requests must fit")
	}
	if _, ok := a.try(1); ok {
		t.Fatal("a third request was admitted")
	}
	first()
	if _, ok := a.try(1); !ok {
		t.Fatal("no room after one left")
	}
}

func TestAdmissionRefusesPastTheBytesAndGivesTheCountBack(t *testing.T) {
	t.Parallel()
	a := testAdmission(2, 100)
	leave, _ := a.try(90)
	for range 5 {
		if _, ok := a.try(11); ok {
			t.Fatal("101 bytes were admitted where 100 are allowed")
		}
	}
	if _, ok := a.try(10); !ok {
		t.Fatal("10 bytes must fit: a refusal has kept a place")
	}
	leave()
}

func TestAdmissionTakesARequestLargerThanTheLimitAlone(t *testing.T) {
	t.Parallel()
	a := testAdmission(4, 100)
	leave, ok := a.try(1000)
	if !ok {
		t.Fatal("a request larger than the limit can never be admitted")
	}
	if _, ok := a.try(1); ok {
		t.Fatal("another was admitted beside it")
	}
	leave()
}

func TestAdmissionWaitEndsWithTheContext(t *testing.T) {
	t.Parallel()
	a := testAdmission(2, 100)
	leave, _ := a.try(100)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.wait(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Fatalf("wait: %v; want cancelled", err)
	}
	leave()
	if _, err := a.wait(t.Context(), 100); err != nil {
		t.Fatalf("the wait that was given up has kept its place: %v", err)
	}
}

func TestAdmissionNeverExceedsItsLimits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limit := int64(rapid.IntRange(1, 1000).Draw(t, "bytes"))
		count := rapid.IntRange(1, 8).Draw(t, "count")
		a := testAdmission(count, limit)
		var inside []func()
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			if len(inside) > 0 && rapid.Bool().Draw(t, "leave") {
				inside[0]()
				inside = inside[1:]
			} else if leave, ok := a.try(rapid.IntRange(0, 1500).Draw(t, "size")); ok {
				inside = append(inside, leave)
			}
			if n := testutil.ToFloat64(a.load.bytes); n > float64(limit) || n < 0 {
				t.Fatalf("%v bytes in flight, limit %d", n, limit)
			}
			if n := testutil.ToFloat64(a.load.requests); n > float64(count) || int(n) != len(inside) {
				t.Fatalf("%v requests in flight, %d are inside, limit %d", n, len(inside), count)
			}
		}
	})
}

func TestCrewWaitsForAllWork(t *testing.T) {
	t.Parallel()
	c := newCrew()
	release := make(chan struct{})
	var done atomic.Int64
	for range 10 {
		if !c.do(func() { <-release; done.Add(1) }) {
			t.Fatal("an open crew took no work")
		}
	}
	c.close()
	if c.do(func() { t.Error("a closed crew began work") }) {
		t.Fatal("a closed crew took work")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.wait(ended); !errors.Is(err, context.Canceled) {
		t.Fatalf("wait with work going on: %v", err)
	}
	close(release)
	if err := c.wait(t.Context()); err != nil || done.Load() != 10 {
		t.Fatalf("wait: %v, with %d of 10 done", err, done.Load())
	}
	c.close()       // again is harmless
	for range 100 { // time that is up is no reason to say that work goes on
		if err := c.wait(ended); err != nil {
			t.Fatalf("wait with all work done: %v", err)
		}
	}
	for range 100 { // one whose work is done has not ended yet
		var ended atomic.Bool
		c.all.Go(func() { ended.Store(true) })
		if err := c.wait(t.Context()); err != nil || !ended.Load() {
			t.Fatalf("wait: %v, and a goroutine has ended: %t", err, ended.Load())
		}
	}
}

// A goroutine that has done its work is given more, rather than a fresh one made.
func TestCrewUsesItsGoroutinesAgain(t *testing.T) {
	t.Parallel()
	c := newCrew()
	const n = 1000
	for range n {
		done := make(chan struct{})
		if !c.do(func() { close(done) }) {
			t.Fatal("an open crew took no work")
		}
		<-done
	}
	c.mu.Lock()
	began := c.began
	c.mu.Unlock()
	if began > n/2 {
		t.Errorf("%d goroutines for %d pieces of work, one after the other", began, n)
	}
	c.close()
	if err := c.wait(t.Context()); err != nil {
		t.Fatal(err)
	}
}
