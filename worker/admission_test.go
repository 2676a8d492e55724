package worker

import (
	"context"
	"errors"
	"sync"
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

func TestCrewWaitsForEveryMember(t *testing.T) {
	t.Parallel()
	c := newCrew()
	var working sync.WaitGroup
	release := make(chan struct{})
	for range 10 {
		if !c.join() {
			t.Fatal("could not join an open crew")
		}
		working.Go(func() {
			<-release
			c.leave()
		})
	}
	c.close()
	if c.join() {
		t.Fatal("joined a closed crew")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.wait(ended); !errors.Is(err, context.Canceled) {
		t.Fatalf("wait with members at work: %v", err)
	}
	close(release)
	if err := c.wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	working.Wait()
	c.close() // again is harmless
}
