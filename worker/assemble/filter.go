package assemble

import (
	"slices"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// Matches tells whether item i of a page passes a filter. A nil filter passes everything.
func Matches(p page.Page, i int, f *messages.Filter) bool {
	if f == nil {
		return true
	}
	row := p.Row(i)
	if len(f.Levels) > 0 && !slices.Contains(f.Levels, WireLevel(row.Level)) {
		return false
	}
	if len(f.Roles) > 0 && !slices.Contains(f.Roles, messages.Role(roleName(row.Role))) {
		return false
	}
	if f.After != 0 && row.Time < f.After || f.Before != 0 && row.Time >= f.Before {
		return false
	}
	for k, v := range f.Metadata {
		if !p.MetadataHas(i, k, v) {
			return false
		}
	}
	return true
}
