package imports

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/context-manager/context-manager/messages"
)

// The most that one request of an import holds.
const (
	batchItems = 100
	batchBytes = 2 << 20 // the reply of a list must fit too
)

// A Tally is what an import did.
type Tally struct {
	Added     int `json:"added"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
}

func (t Tally) total() int { return t.Added + t.Changed + t.Unchanged }

// String is the tally in words.
func (t Tally) String() string {
	return fmt.Sprintf("%d added, %d changed, %d unchanged", t.Added, t.Changed, t.Unchanged)
}

// Client is what an import needs of a client.
type Client interface {
	List(context.Context, messages.ListRequest) (messages.ListReply, error)
	Store(context.Context, messages.StoreRequest) (messages.StoreReply, error)
}

// Store stores what is new or different among the records, and tells done of
// each batch. The tally is true also after an error.
func Store(ctx context.Context, to Client, records []Record, done func(items int)) (Tally, error) {
	var t Tally
	for _, batch := range batches(records) {
		if err := storeBatch(ctx, to, batch, &t); err != nil {
			return t, err
		}
		done(len(batch))
	}
	return t, nil
}

// batches divides records into such that have one owner and fit a request,
// each owner's in their order.
func batches(records []Record) [][]Record {
	var all [][]Record
	open := make(map[messages.Owner]int) // index of the owner's last batch
	bytes := make(map[int]int)
	for _, r := range records {
		i, ok := open[r.Owner]
		if !ok || len(all[i]) == batchItems || bytes[i]+r.size > batchBytes {
			i = len(all)
			open[r.Owner] = i
			all = append(all, nil)
		}
		all[i] = append(all[i], r)
		bytes[i] += r.size
	}
	return all
}

func storeBatch(ctx context.Context, to Client, batch []Record, t *Tally) error {
	have, err := existing(ctx, to, batch)
	if err != nil {
		return err
	}
	var now Tally
	request := messages.StoreRequest{}
	request.Session, request.User = sides(batch[0].Owner)
	for _, r := range batch {
		old, there := have[r.Item.ID]
		switch {
		case !there:
			now.Added++
		case sameItem(&old, &r.Item):
			now.Unchanged++
			continue
		default:
			now.Changed++
		}
		request.Items = append(request.Items, r.Item)
	}
	if len(request.Items) > 0 {
		if _, err := to.Store(ctx, request); err != nil {
			return err
		}
	}
	*t = Tally{Added: t.Added + now.Added, Changed: t.Changed + now.Changed, Unchanged: t.Unchanged + now.Unchanged}
	return nil
}

// existing gets those of the batch's items that are stored already, by id.
func existing(ctx context.Context, to Client, batch []Record) (map[string]messages.Item, error) {
	request := messages.ListRequest{Limit: messages.MaxListLimit}
	request.Session, request.User = sides(batch[0].Owner)
	for _, r := range batch {
		request.IDs = append(request.IDs, r.Item.ID)
	}
	have := make(map[string]messages.Item, len(batch))
	for {
		reply, err := to.List(ctx, request)
		if err != nil {
			return nil, err
		}
		for _, it := range reply.Items {
			have[it.ID] = it
		}
		if request.Cursor = reply.Next; request.Cursor == "" {
			return have, nil
		}
	}
}

// sides puts an owner into a request's two fields.
func sides(o messages.Owner) (session, user string) {
	if o.Kind == messages.UserOwner {
		return "", o.ID
	}
	return o.ID, ""
}

// sameItem tells whether what is stored says all that want says. What want
// leaves open was filled in when it was stored, and does not count.
func sameItem(have, want *messages.Item) bool {
	return have.Text == want.Text && have.Role == want.Role && have.Name == want.Name && have.Level == want.Level &&
		have.Group == want.Group && have.Pinned == want.Pinned && have.Expires == want.Expires &&
		maps.Equal(have.Metadata, want.Metadata) && sameImportance(have.Importance, want.Importance) && have.Accesses == want.Accesses &&
		(want.Time == 0 || have.Time == want.Time) && (want.Language == "" || have.Language == want.Language) &&
		(len(want.Embedding) == 0 || slices.Equal(have.Embedding, want.Embedding))
}

// sameImportance compares as coarsely as importance may be stored.
func sameImportance(a, b *float64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return float32(*a) == float32(*b)
}
