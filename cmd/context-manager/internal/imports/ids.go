package imports

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/context-manager/context-manager/messages"
)

// ids gives items without an id one that follows from what they say, so that
// the same file gives the same ids again, also after lines were added to it.
type ids struct {
	same  map[string]int            // how many items said this so far
	lines map[messages.Owner]idLine // where each id was first
}

type idLine map[string]int

func newIDs() *ids {
	return &ids{same: make(map[string]int), lines: make(map[messages.Owner]idLine)}
}

// settle gives the record's item an id if it has none, and refuses one that the
// file had already. Then all of the item is there, and it is weighed.
func (n *ids) settle(r *Record) error {
	if r.Item.ID == "" {
		r.Item.ID = n.derive(r)
	}
	lines := n.lines[r.Owner]
	if lines == nil {
		lines = make(idLine)
		n.lines[r.Owner] = lines
	}
	if first, ok := lines[r.Item.ID]; ok {
		return fmt.Errorf("id %q stands in line %d already: the later one would replace it, so give it another id", r.Item.ID, first)
	}
	lines[r.Item.ID] = r.line
	return r.weigh()
}

// derive hashes the item with its owner, and counts those that say the same:
// a chat may well say "ok" twice.
func (n *ids) derive(r *Record) string {
	doc, err := json.Marshal(struct {
		Owner messages.Owner
		Item  messages.Item
	}{r.Owner, r.Item})
	if err != nil { // an importance that is no number, which Validate refused before
		doc = []byte(r.Item.Text)
	}
	n.same[string(doc)]++
	sum := sha256.Sum256(fmt.Appendf(doc, "#%d", n.same[string(doc)]))
	return "import-" + base64.RawURLEncoding.EncodeToString(sum[:15])
}
