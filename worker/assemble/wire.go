package assemble

import (
	"strconv"
	"strings"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// WireItem returns item i of a page as callers see it. It copies everything,
// so the result outlives the page.
func WireItem(p page.Page, i int) messages.Item {
	it := wireItem(p, i, string(p.AppendID(nil, i)))
	it.Name, it.Text = strings.Clone(it.Name), strings.Clone(it.Text)
	it.Group, it.Language = strings.Clone(it.Group), strings.Clone(it.Language)
	copied := make(map[string]string, len(it.Metadata))
	for k, v := range it.Metadata {
		copied[strings.Clone(k)] = strings.Clone(v)
	}
	if len(copied) > 0 {
		it.Metadata = copied
	}
	return it
}

// wireItem is WireItem with the id that is given, and the other strings sharing the page's memory.
func wireItem(p page.Page, i int, id string) messages.Item {
	row := p.Row(i)
	return WireStored(&page.Item{
		ID:         id,
		Level:      row.Level,
		Role:       row.Role,
		Flags:      row.Flags,
		Name:       p.Name(i),
		Text:       p.Text(i),
		Group:      p.GroupName(i),
		Language:   p.Language(i),
		Metadata:   p.Metadata(i),
		Time:       row.Time,
		Expires:    row.Expires,
		Importance: row.Importance,
		Accesses:   row.Accesses,
		LineTokens: row.LineTokens,
		Embedding:  p.AppendEmbedding(nil, i),
	}, row.Revision)
}

// WireStored returns a stored item as callers see it, at a revision. It shares the
// item's strings and its embedding.
func WireStored(it *page.Item, revision uint64) messages.Item {
	return messages.Item{
		ID:         it.ID,
		Level:      WireLevel(it.Level),
		Role:       messages.Role(roleName(it.Role)),
		Name:       it.Name,
		Text:       it.Text,
		Time:       it.Time,
		Importance: wireImportance(it.Importance),
		Accesses:   int(it.Accesses),
		Pinned:     it.Flags&page.Pinned != 0,
		Group:      it.Group,
		Metadata:   wireMetadata(it.Metadata),
		Expires:    it.Expires,
		Language:   it.Language,
		Embedding:  it.Embedding,
		Tokens:     int(it.LineTokens),
		Revision:   revision,
	}
}

// wireImportance gives the shortest number that is stored alike, so that the
// caller who gave 0.7 gets 0.7 and not what a 32-bit float makes of it.
func wireImportance(importance float32) *float64 {
	if importance < 0 {
		return nil
	}
	wide, err := strconv.ParseFloat(strconv.FormatFloat(float64(importance), 'g', -1, 32), 64)
	if err != nil {
		wide = float64(importance)
	}
	return &wide
}

func wireMetadata(pairs []page.Pair) map[string]string {
	if len(pairs) == 0 {
		return nil
	}
	m := make(map[string]string, len(pairs))
	for _, p := range pairs {
		m[p.Key] = p.Value
	}
	return m
}

// WireLevel is a stored level as callers name it.
func WireLevel(l page.Level) messages.Level {
	switch l {
	case page.Immediate:
		return messages.Immediate
	case page.ShortTerm:
		return messages.ShortTerm
	default:
		return messages.LongTerm
	}
}
