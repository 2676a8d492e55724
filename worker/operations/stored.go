package operations

import (
	"cmp"
	"slices"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// What callers see of stored items is made in assemble, where contexts are.

// toStored is a valid item in stored form, not yet analysed.
func toStored(it *messages.Item) page.Item {
	return page.Item{
		ID:         it.ID,
		Level:      storedLevel(it.Level),
		Role:       storedRole(it.Role),
		Flags:      pinnedFlag(it.Pinned),
		Name:       it.Name,
		Text:       it.Text,
		Group:      it.Group,
		Language:   it.Language,
		Metadata:   storedMetadata(it.Metadata),
		Time:       it.Time,
		Expires:    it.Expires,
		Importance: storedImportance(it.Importance),
		Accesses:   uint32(it.Accesses),
		Embedding:  it.Embedding,
	}
}

func storedLevel(l messages.Level) page.Level {
	switch l {
	case messages.LongTerm:
		return page.LongTerm
	case messages.ShortTerm:
		return page.ShortTerm
	default:
		return page.Immediate
	}
}

func storedRole(r messages.Role) page.Role {
	switch r {
	case messages.System:
		return page.System
	case messages.Assistant:
		return page.Assistant
	case messages.Tool:
		return page.Tool
	default:
		return page.User
	}
}

func pinnedFlag(pinned bool) page.Flags {
	if pinned {
		return page.Pinned
	}
	return 0
}

func storedImportance(importance *float64) float32 {
	if importance == nil {
		return messages.NoImportance
	}
	return float32(*importance)
}

func storedMetadata(pairs map[string]string) []page.Pair {
	stored := make([]page.Pair, 0, len(pairs))
	for key, value := range pairs {
		stored = append(stored, page.Pair{Key: key, Value: value})
	}
	slices.SortFunc(stored, func(a, b page.Pair) int { return cmp.Compare(a.Key, b.Key) })
	return stored
}
