package imports

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/messages"
)

func drawRecords(rt *rapid.T, text string) []Record {
	n := rapid.IntRange(0, 400).Draw(rt, "n")
	records := make([]Record, n)
	for i := range records {
		kind := rapid.SampledFrom([]messages.OwnerKind{messages.SessionOwner, messages.UserOwner}).Draw(rt, "kind")
		owner := messages.Owner{Kind: kind, ID: rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "owner")}
		size := rapid.SampledFrom([]int{1, 100, batchBytes / 3, batchBytes + 1}).Draw(rt, "size")
		records[i] = Record{line: i, Owner: owner, Item: messages.Item{ID: fmt.Sprint(i), Text: text[:size]}, size: size}
	}
	return records
}

// Batches hold every record once, an owner's in their order, and fit a request.
func TestBatches(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("x", batchBytes+1)
	rapid.Check(t, func(rt *rapid.T) {
		records := drawRecords(rt, text)
		count := 0
		last := make(map[messages.Owner]int)
		for _, batch := range batches(records) {
			bytes := 0
			for i, r := range batch {
				if r.Owner != batch[0].Owner {
					rt.Fatal("a batch of two owners")
				}
				if before, ok := last[r.Owner]; ok && r.line <= before {
					rt.Fatalf("record %d comes after %d", r.line, before)
				}
				last[r.Owner] = r.line
				if bytes += len(r.Item.Text); i > 0 && bytes > batchBytes {
					rt.Fatalf("a batch of %d bytes", bytes)
				}
			}
			if count += len(batch); len(batch) > batchItems {
				rt.Fatalf("a batch of %d items", len(batch))
			}
		}
		if count != len(records) {
			rt.Fatalf("%d of %d records are in a batch", count, len(records))
		}
	})
}

// shelf is a store that can fail.
type shelf struct {
	items  map[string]messages.Item
	writes int
	failAt int // fail this write, from 1
}

func (s *shelf) List(_ context.Context, r messages.ListRequest) (messages.ListReply, error) {
	var reply messages.ListReply
	for _, id := range r.IDs {
		if it, ok := s.items[r.Session+"/"+r.User+"/"+id]; ok {
			reply.Items = append(reply.Items, it)
		}
	}
	return reply, nil
}

func (s *shelf) Store(_ context.Context, r messages.StoreRequest) (messages.StoreReply, error) {
	if s.writes++; s.writes == s.failAt {
		return messages.StoreReply{}, errors.New("out of order")
	}
	for _, it := range r.Items {
		if it.Time == 0 {
			it.Time = 42
		}
		it.Language = "en"
		s.items[r.Session+"/"+r.User+"/"+it.ID] = it
	}
	return messages.StoreReply{}, nil
}

func TestImportAddsNothingTwice(t *testing.T) {
	t.Parallel()
	s := &shelf{items: make(map[string]messages.Item), failAt: 2}
	var records []Record
	for i := range 250 {
		owner := messages.Owner{Kind: messages.SessionOwner, ID: "s"}
		records = append(records, Record{Owner: owner, Item: messages.Item{ID: fmt.Sprint(i), Text: "t", Level: messages.ShortTerm}})
	}
	told := 0
	store := func() (Tally, error) {
		return Store(t.Context(), s, records, func(n int) { told += n })
	}
	if got, err := store(); err == nil || got != (Tally{Added: 100}) || told != 100 {
		t.Fatalf("with a failure: %v, %v, told of %d", got, err, told)
	}
	if got, err := store(); err != nil || got != (Tally{Added: 150, Unchanged: 100}) {
		t.Fatalf("again: %v, %v", got, err)
	}
	writes := s.writes
	records[7].Item.Text = "changed"
	if got, err := store(); err != nil || got != (Tally{Changed: 1, Unchanged: 249}) || s.writes != writes+1 {
		t.Fatalf("with one change: %v, %v, %d writes more", got, err, s.writes-writes)
	}
}

func TestSameItemSeesEveryDifference(t *testing.T) {
	t.Parallel()
	half, more := 0.5, 0.6
	base := messages.Item{ID: "i", Level: messages.ShortTerm, Role: messages.User, Name: "n", Text: "t", Time: 5, Importance: &half,
		Group: "g", Metadata: map[string]string{"k": "v"}, Expires: 9, Language: "en", Embedding: []float32{1}}
	for name, change := range map[string]func(*messages.Item){
		"level": func(it *messages.Item) { it.Level = messages.Immediate }, "role": func(it *messages.Item) { it.Role = messages.Tool },
		"name": func(it *messages.Item) { it.Name = "" }, "text": func(it *messages.Item) { it.Text = "T" },
		"time": func(it *messages.Item) { it.Time = 6 }, "importance": func(it *messages.Item) { it.Importance = &more },
		"accesses":      func(it *messages.Item) { it.Accesses = 1 },
		"no importance": func(it *messages.Item) { it.Importance = nil }, "pinned": func(it *messages.Item) { it.Pinned = true },
		"group": func(it *messages.Item) { it.Group = "" }, "metadata": func(it *messages.Item) { it.Metadata = nil },
		"expires": func(it *messages.Item) { it.Expires = 0 }, "language": func(it *messages.Item) { it.Language = "de" },
		"embedding": func(it *messages.Item) { it.Embedding = []float32{2} },
	} {
		want := base
		if change(&want); sameItem(&base, &want) {
			t.Errorf("another %s is taken for the same", name)
		}
	}
	open := base
	open.Time, open.Language, open.Embedding = 0, "", nil
	if !sameItem(&base, &open) {
		t.Error("what the file leaves open counts as a change")
	}
}
