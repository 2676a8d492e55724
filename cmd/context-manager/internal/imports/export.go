package imports

import (
	"bytes"
	"errors"

	"github.com/context-manager/context-manager/messages"
)

// parseExport reads the pages that "list --all --json" prints, a line each, and
// all of each item: an export of one owner is stored elsewhere by importing it.
func parseExport(path string, data []byte, d Defaults) ([]Record, error) {
	var records []Record
	ids := newIDs()
	line, next := 0, ""
	for text := range bytes.Lines(data) {
		line++
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		page, err := messages.Decode[messages.ListReply](text)
		if err != nil {
			return nil, lineError(path, line, err)
		}
		for i := range page.Items {
			r, err := exported(line, page.Items[i], d)
			if err == nil {
				err = ids.settle(&r)
			}
			if err != nil {
				return nil, lineError(path, line, err)
			}
			records = append(records, r)
		}
		next = page.Next
	}
	if next != "" {
		return nil, lineError(path, line, errors.New("this is not the last page: export with list --all --json"))
	}
	return records, nil
}

// exported makes a record of an item as a list has it.
func exported(line int, it messages.Item, d Defaults) (Record, error) {
	it.Tokens, it.Revision = 0, 0 // of where it was
	return place(line, it, d.Session, d.User, d.Level)
}
