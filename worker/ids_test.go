package worker

import (
	"strconv"
	"testing"
	"time"
)

func TestSeenSetRefusesAnotherDeliveryOfTheSameRequest(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	s := newSeenSet(10, time.Minute, now)
	for _, c := range []struct {
		key, id, delivery string
		want              bool
	}{
		{"k", "a", "ask", true},
		{"k", "a", "ask", false},
		{"other", "a", "ask", true},
		{"ka", "", "ask", true}, // key and id are not run together
		{"k", "a", "job:7", false},
		{"k", "b", "job:7", true},
		{"k", "b", "job:7", true}, // the same job again
		{"k", "b", "job:8", false},
		{"k", "b", "ask", false},
	} {
		if got := s.take(c.key, c.id, c.delivery, now); got != c.want {
			t.Errorf("take(%q, %q, %q) = %t; want %t", c.key, c.id, c.delivery, got, c.want)
		}
	}
}

func TestSeenSetRemembersAtLeastItsSpan(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	s := newSeenSet(1000, time.Minute, now)
	s.take("k", "old", "1", now.Add(59*time.Second))
	s.take("k", "x", "1", now.Add(61*time.Second)) // turns the generation
	if s.take("k", "old", "2", now.Add(118*time.Second)) {
		t.Fatal("forgot an id 59 seconds old, with a span of a minute")
	}
	s.take("k", "y", "1", now.Add(122*time.Second))
	if !s.take("k", "old", "3", now.Add(123*time.Second)) {
		t.Fatal("an id two spans old is still held: the set does not shrink")
	}
}

func TestSeenSetIsBounded(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	s := newSeenSet(100, time.Hour, now)
	for i := range 10_000 {
		s.take("k", strconv.Itoa(i), "1", now)
	}
	held := 0
	for i := range 10_000 {
		if s.knows("k", strconv.Itoa(i), "2") {
			held++
		}
	}
	if held > 200 {
		t.Fatalf("%d ids are held, at most 200 are allowed", held)
	}
	if s.take("k", "9999", "2", now) {
		t.Fatal("the newest id was forgotten")
	}
}
