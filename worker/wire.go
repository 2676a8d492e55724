package worker

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// noImportance is how an item is stored that was given none.
const noImportance = -1

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

// toWire is a stored item as replies show it.
func toWire(it *page.Item, revision uint64) messages.Item {
	return messages.Item{
		ID:         it.ID,
		Level:      wireLevel(it.Level),
		Role:       wireRole(it.Role),
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

func wireLevel(l page.Level) messages.Level {
	switch l {
	case page.LongTerm:
		return messages.LongTerm
	case page.ShortTerm:
		return messages.ShortTerm
	default:
		return messages.Immediate
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

func wireRole(r page.Role) messages.Role {
	switch r {
	case page.System:
		return messages.System
	case page.Assistant:
		return messages.Assistant
	case page.Tool:
		return messages.Tool
	default:
		return messages.User
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
		return noImportance
	}
	return float32(*importance)
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

func storedMetadata(pairs map[string]string) []page.Pair {
	stored := make([]page.Pair, 0, len(pairs))
	for key, value := range pairs {
		stored = append(stored, page.Pair{Key: key, Value: value})
	}
	slices.SortFunc(stored, func(a, b page.Pair) int { return cmp.Compare(a.Key, b.Key) })
	return stored
}

func wireMetadata(pairs []page.Pair) map[string]string {
	if len(pairs) == 0 {
		return nil
	}
	wire := make(map[string]string, len(pairs))
	for _, p := range pairs {
		wire[p.Key] = p.Value
	}
	return wire
}
