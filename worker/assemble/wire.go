package assemble

import (
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
	it := messages.Item{
		ID:        id,
		Level:     wireLevel(row.Level),
		Role:      messages.Role(roleName(row.Role)),
		Name:      p.Name(i),
		Text:      p.Text(i),
		Time:      row.Time,
		Accesses:  int(row.Accesses),
		Pinned:    row.Flags&page.Pinned != 0,
		Group:     p.GroupName(i),
		Metadata:  wireMetadata(p.Metadata(i)),
		Expires:   row.Expires,
		Language:  p.Language(i),
		Embedding: p.AppendEmbedding(nil, i),
		Tokens:    int(row.LineTokens),
		Revision:  row.Revision,
	}
	if row.Importance >= 0 {
		importance := float64(row.Importance)
		it.Importance = &importance
	}
	return it
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

func wireLevel(l page.Level) messages.Level {
	switch l {
	case page.Immediate:
		return messages.Immediate
	case page.ShortTerm:
		return messages.ShortTerm
	default:
		return messages.LongTerm
	}
}
