package imports

import (
	"fmt"
	"io"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
)

// What workers keep of one owner unless they are told otherwise.
const (
	usualItems = 10_000
	usualBytes = 8 << 20
)

// warnOfLimits names the sessions and users that files bring more for than
// workers usually keep: what goes later goes without anybody being told.
func warnOfLimits(w io.Writer, files []fileRecords) {
	items, bytes := make(map[messages.Owner]int), make(map[messages.Owner]int)
	var owners []messages.Owner
	for _, file := range files {
		for _, r := range file.records {
			if items[r.Owner] == 0 {
				owners = append(owners, r.Owner)
			}
			items[r.Owner]++
			bytes[r.Owner] += len(r.Item.Text)
		}
	}
	for _, o := range owners {
		if items[o] > usualItems || bytes[o] > usualBytes {
			_, _ = fmt.Fprintf(w, "warning: %s %s gets %d items with %.1f MiB of text: past %d items or %d MiB workers remove "+
				"the least important and oldest, down to nine tenths, unless --session-items and --user-items say otherwise\n",
				o.Kind, shell.Printable(o.ID), items[o], float64(bytes[o])/(1<<20), usualItems, usualBytes>>20)
		}
	}
}
