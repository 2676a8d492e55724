package client

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/messages"
)

func session(id string) messages.Owner {
	return messages.Owner{Kind: messages.SessionOwner, Tenant: "acme", ID: id}
}

// The map never holds more than its limit, and what it holds of an owner is
// the highest revision since that owner was last forgotten: never one that was
// not written, never an older one than a plain, unbounded map would lack.
func TestRevisionsKeepTheHighestOfTheMostRecent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(0, 4).Draw(t, "limit")
		r := newRevisions(limit)
		highest := make(map[messages.Owner]uint64)
		var recent []messages.Owner // most recently used last
		for range rapid.IntRange(0, 50).Draw(t, "steps") {
			o := session(strconv.Itoa(rapid.IntRange(0, 6).Draw(t, "owner")))
			if rapid.Bool().Draw(t, "read") {
				if want := highest[o]; r.of(o) != want {
					t.Fatalf("revision %d; want %d", r.of(o), want)
				}
				if highest[o] > 0 {
					recent = touch(recent, o)
				}
				continue
			}
			revision := rapid.Uint64Range(1, 100).Draw(t, "revision")
			r.raise(o, revision)
			highest[o] = max(highest[o], revision)
			recent = touch(recent, o)
			for len(recent) > limit {
				delete(highest, recent[0])
				recent = recent[1:]
			}
		}
		if r.order.Len() != len(highest) || len(r.byOwner) != len(highest) {
			t.Fatalf("holds %d and %d owners; want %d", r.order.Len(), len(r.byOwner), len(highest))
		}
	})
}

func touch(recent []messages.Owner, o messages.Owner) []messages.Owner {
	for i := range recent {
		if recent[i] == o {
			recent = append(recent[:i:i], recent[i+1:]...)
			break
		}
	}
	return append(recent, o)
}

func TestAStreamMadeAnewIsNoticed(t *testing.T) {
	t.Parallel()
	r, s := newRevisions(8), session("s")
	r.raise(s, 5000)
	r.stored(s, 5000, 3)
	if got := r.of(s); got != 3 {
		t.Fatalf("revision %d; want 3: the old stream's 5000 can never be reached", got)
	}
	r.stored(s, 5000, 2) // of another store that began when 5000 was known
	if got := r.of(s); got != 3 {
		t.Fatalf("revision %d; want 3", got)
	}
}

func TestWritesThatEndInAnotherOrderKeepTheHighest(t *testing.T) {
	t.Parallel()
	r, s := newRevisions(8), session("s")
	r.raise(s, 10)
	r.stored(s, 10, 12)
	r.stored(s, 10, 11)
	if got := r.of(s); got != 12 {
		t.Fatalf("revision %d; want 12", got)
	}
}

func TestNoOwnerAndNoRevisionAreNotKept(t *testing.T) {
	t.Parallel()
	r := newRevisions(8)
	r.raise(messages.Owner{}, 7)
	r.raise(session("s"), 0)
	if r.order.Len() != 0 {
		t.Fatalf("holds %d owners; want none", r.order.Len())
	}
}
