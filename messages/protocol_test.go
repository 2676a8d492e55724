package messages

import (
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// docs/PROTOCOL.md is all that the author of another client has: its tables
// name every code and every field, as the code has them.

// protocolRows are the rows of the document's tables, by what their first cell quotes.
func protocolRows(t *testing.T) map[string][][]string {
	t.Helper()
	doc, err := os.ReadFile("../docs/PROTOCOL.md")
	fatalIf(t, err)
	rows := map[string][][]string{}
	for line := range strings.Lines(string(doc)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		for i, quoted := range strings.Split(cells[0], "`") {
			if strings.HasPrefix(line, "| ") && i%2 == 1 {
				rows[quoted] = append(rows[quoted], cells)
			}
		}
	}
	return rows
}

func TestProtocolNamesEveryCode(t *testing.T) {
	t.Parallel()
	rows := protocolRows(t)
	for _, code := range Codes() {
		retry := map[bool]string{true: "yes", false: "no"}[code.Retryable()]
		row := rows[string(code)]
		if len(row) != 1 || len(row[0]) != 4 || row[0][1] != strconv.Itoa(code.Status()) || row[0][2] != retry {
			t.Errorf("%s, status %d, retry %s: the table says %q", code, code.Status(), retry, row)
		}
	}
}

func TestProtocolNamesEveryField(t *testing.T) {
	t.Parallel()
	rows := protocolRows(t)
	for _, name := range jsonNames(Item{}) {
		if len(rows[name]) == 0 {
			t.Errorf("no row for an item's field %s", name)
		}
	}
	changes := jsonNames(Item{}) // "the fields to change" of an update, and of a reply "what the format says"
	rendered := []string{"items", "text", "system", "messages"}
	for op, c := range map[Op]struct {
		request, reply any
		known          []string
	}{
		OpStore:    {StoreRequest{}, StoreReply{}, nil},
		OpAssemble: {AssembleRequest{}, AssembleReply{}, rendered},
		OpList:     {ListRequest{}, ListReply{}, nil},
		OpUpdate:   {UpdateRequest{}, UpdateReply{}, changes},
		OpDelete:   {DeleteRequest{}, DeleteReply{}, nil},
		OpClear:    {ClearRequest{}, ClearReply{}, nil},
		OpPromote:  {PromoteRequest{}, PromoteReply{}, nil},
		OpStats:    {StatsRequest{}, StatsReply{}, nil},
	} {
		row := rows[string(op)]
		if len(row) != 1 || len(row[0]) != 3 {
			t.Errorf("%s: the table says %q", op, row)
			continue
		}
		for i, names := range [][]string{jsonNames(c.request), jsonNames(c.reply)} {
			for _, name := range names {
				if !strings.Contains(row[0][i+1], "`"+name+"`") && !strings.Contains(" "+strings.Join(c.known, " ")+" ", " "+name+" ") {
					t.Errorf("%s: the table lacks %s", op, name)
				}
			}
		}
	}
}

func TestProtocolNamesEveryPartOfAnAnswer(t *testing.T) {
	t.Parallel()
	rows := protocolRows(t)
	for part, of := range map[string]any{
		"revision": Revision{}, "tokens": TokenCount{}, "messages": ChatMessage{}, "levels": LevelStats{},
		"stale": Staleness{}, "degraded": Degradation{}, "explain": Candidate{},
	} {
		text := ""
		for _, row := range rows[part] {
			text += strings.Join(row, " ")
		}
		for _, name := range jsonNames(of) {
			if !strings.Contains(text, "`"+name+"`") {
				t.Errorf("%s: no row says that it has %s", part, name)
			}
		}
	}
}

// jsonNames are the names of a struct's fields on the wire.
func jsonNames(v any) []string {
	names := []string{}
	for _, field := range reflect.VisibleFields(reflect.TypeOf(v)) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}
